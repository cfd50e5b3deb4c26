//! Tokens made by `PyJWT` 2.15, as the services of the reference make and read them. All expire in 2100.

/// A user's, by HS256.
pub(super) const HS256: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.\
     eyJzdWIiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDEiLCJpc19zdXBlcl91c2VyIjpmYWxzZSwid2Vic2VydmljZXMiOn\
     sicHJvZHVjdCI6ImZ1bGwiLCJ1c2VyIjoib3duZXIifSwiZXhwIjo0MTAyNDQ0ODAwLCJ4c3JmX3Rva2VuIjoieCIsImlzcyI6Imx5cy1hdXRo\
     IiwiYXVkIjoibHlzLWFwaSIsIm9yZ2FuaXphdGlvbnMiOnsiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDA3Ijp7ImxldmVsIj\
     oiY2xpZW50Iiwid2Vic2VydmljZXMiOlsicHJvZHVjdCJdfX19\
     .a4s7JMJVMjyJoP4QCkxcrmTFbAjTbgSokSNkVEckgAY";

/// A user's, by HS384.
pub(super) const HS384: &str = "eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9.\
     eyJzdWIiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDEiLCJpc19zdXBlcl91c2VyIjpmYWxzZSwid2Vic2VydmljZXMiOn\
     sicHJvZHVjdCI6ImZ1bGwiLCJ1c2VyIjoib3duZXIifSwiZXhwIjo0MTAyNDQ0ODAwLCJ4c3JmX3Rva2VuIjoieCIsImlzcyI6Imx5cy1hdXRo\
     IiwiYXVkIjoibHlzLWFwaSIsIm9yZ2FuaXphdGlvbnMiOnsiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDA3Ijp7ImxldmVsIj\
     oiY2xpZW50Iiwid2Vic2VydmljZXMiOlsicHJvZHVjdCJdfX19\
     .WDGUX2-0lgOQfnYGXTrdBzqwC7Q_mLDExK6RoExCWussXlBKC8wmR02sCpLeteYe";

/// A user's, by HS512.
pub(super) const HS512: &str = "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.\
     eyJzdWIiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDEiLCJpc19zdXBlcl91c2VyIjpmYWxzZSwid2Vic2VydmljZXMiOn\
     sicHJvZHVjdCI6ImZ1bGwiLCJ1c2VyIjoib3duZXIifSwiZXhwIjo0MTAyNDQ0ODAwLCJ4c3JmX3Rva2VuIjoieCIsImlzcyI6Imx5cy1hdXRo\
     IiwiYXVkIjoibHlzLWFwaSIsIm9yZ2FuaXphdGlvbnMiOnsiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDA3Ijp7ImxldmVsIj\
     oiY2xpZW50Iiwid2Vic2VydmljZXMiOlsicHJvZHVjdCJdfX19\
     .iJI1d0tSt68oYPrW_zj-NLhXldx9HV66KYiQebYGMn1uGyLLKedS-i2x5sQeJIQ3cqAypenCC-wWfFOJsQtxYg";

/// A service's, by HS256.
pub(super) const SERVICE: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.\
     eyJ0eXBlIjoic2VydmljZSIsInNlcnZpY2VfbmFtZSI6ImJpbGxpbmciLCJpbnN0YW5jZV9pZCI6ImFiY2RlZmdoIiwiaWF0IjoxNzYzOTEwMD\
     AwLCJleHAiOjQxMDI0NDQ4MDAsImlzcyI6ImJpbGxpbmciLCJhdWQiOiJseXMtaW50ZXJuYWwifQ\
     .Yk93k8uB2_BZfD6G1xp3Je9KrY3_vwwgEW4swdiz0qA";

/// A user's, by the Ed25519 key of RFC 8037.
pub(super) const ED25519: &str = "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzciLCJ0eXAiOiJhdCtqd3QifQ.\
     eyJzdWIiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDEiLCJpc19zdXBlcl91c2VyIjpmYWxzZSwid2Vic2VydmljZXMiOn\
     sicHJvZHVjdCI6ImZ1bGwiLCJ1c2VyIjoib3duZXIifSwiZXhwIjo0MTAyNDQ0ODAwLCJ4c3JmX3Rva2VuIjoieCIsImlzcyI6Imx5cy1hdXRo\
     IiwiYXVkIjoibHlzLWFwaSIsIm9yZ2FuaXphdGlvbnMiOnsiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDA3Ijp7ImxldmVsIj\
     oiY2xpZW50Iiwid2Vic2VydmljZXMiOlsicHJvZHVjdCJdfX0sImlhdCI6MTc2MzkxMDAwMCwianRpIjoib2YtcHl0aG9uIn0\
     .A-UkW5Kq9ZaUeFflwzJmD9VGf3M9obb2WrafCfk8BxAH_LlBu6TMkTPcff4uFHOc9lc2s-A37yYFQUJ21_AdCw";

/// A user's, by the P-256 key of RFC 7515.
pub(super) const P256: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6InJmYzc1MTUiLCJ0eXAiOiJhdCtqd3QifQ.\
     eyJzdWIiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDEiLCJpc19zdXBlcl91c2VyIjpmYWxzZSwid2Vic2VydmljZXMiOn\
     sicHJvZHVjdCI6ImZ1bGwiLCJ1c2VyIjoib3duZXIifSwiZXhwIjo0MTAyNDQ0ODAwLCJ4c3JmX3Rva2VuIjoieCIsImlzcyI6Imx5cy1hdXRo\
     IiwiYXVkIjoibHlzLWFwaSIsIm9yZ2FuaXphdGlvbnMiOnsiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDA3Ijp7ImxldmVsIj\
     oiY2xpZW50Iiwid2Vic2VydmljZXMiOlsicHJvZHVjdCJdfX0sImlhdCI6MTc2MzkxMDAwMCwianRpIjoib2YtcHl0aG9uIn0\
     .zax2FWx3iRo689JoDocd1mmlh1QVlVBYG-HCggupc4vPqc2-1cOSm80YTlqQWDkLw7RAjdGVOm-8wWoEnLRhYA";
