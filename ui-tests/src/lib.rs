//! What the compiler tells a user who errs; see the folders beside `src`, one for each macro.
