// Makes cases.json: what graphql-js answers to each case, over the rows and with the resolvers of the park (tests/zoo).
//
// For development only, with `npm i graphql@16` in a directory outside the repository:
//   cp make.mjs cases.mjs /tmp/scratch && node /tmp/scratch/make.mjs <repository>/tests

import { readFileSync, writeFileSync } from "node:fs";
import { buildSchema, execute, GraphQLError, parse, validate } from "graphql";
import { cases } from "./cases.mjs";

const root = process.argv[2];
const data = JSON.parse(readFileSync(`${root}/tests/zoo/data.json`, "utf8"));

const schema = buildSchema(`
  scalar DateTime scalar Date scalar JSON
  interface Node { id: ID! }
  enum Mood { CALM WILD HALF_ASLEEP }
  type ZoneNode implements Node {
    id: ID! code: String! enabled: Boolean! description: String animals: [AnimalNode!]! createdAt: DateTime! updatedAt: DateTime
  }
  type KeeperNode implements Node { id: ID! name: String! animals: [AnimalNode!]! createdAt: DateTime! updatedAt: DateTime }
  type AnimalNode implements Node {
    id: ID! name: String! nickname: String tame: Boolean legs: Int weight: Float price: Float born: Date fedAt: DateTime traits: JSON
    mood: Mood! oldMood: Mood keeper: KeeperNode zone: ZoneNode! parent: AnimalNode children: [AnimalNode!]! createdAt: DateTime!
    updatedAt: DateTime label: String! speed: Int! guess: Int portrait: PortraitNode! rank(plus: Int): Int! softRank(plus: Int!): Float
  }
  type PortraitNode { title: String! kilos: Float frame: FrameNode! frames: [FrameNode!]! gaps: [FrameNode] tags: [String!]! }
  type FrameNode { width: Int! color: String }
  type AnimalNodeListConnection { edges: [AnimalNodeEdge!]! }
  type AnimalNodeEdge { node: AnimalNode! }
  type KeeperNodeListConnection { edges: [KeeperNodeEdge!]! }
  type KeeperNodeEdge { node: KeeperNode! }
  input AnimalNodeOderByType @oneOf { name: Boolean legs: Boolean weight: Boolean born: Boolean createdAt: Boolean }
  input LeafInput { count: Int! tag: String }
  input TreeInput {
    name: String! mood: Mood moods: [Mood!] size: Float leaf: LeafInput leaves: [LeafInput!] grid: [[Int]!]
  }
  input KeeperInput { name: String! }
  type Query {
    node(id: ID!): Node
    nodes(ids: [ID!]!): [Node]!
    animal(id: ID!): AnimalNode!
    zone(id: ID!): ZoneNode!
    findAnimal(name: String!): AnimalNode
    theAnimal(name: String!): AnimalNode!
    allAnimals(orderBy: AnimalNodeOderByType, first: Int): AnimalNodeListConnection!
    allKeepers: KeeperNodeListConnection!
    shapes: [FrameNode!]!
    maybeShapes(upTo: Int): [FrameNode]
    fail: String!
    failSoftly(word: String): String
    double(number: Int!): Int!
    moodAfter(mood: Mood!): Mood
    tree(inputs: TreeInput!): JSON!
    scalars(int: Int, float: Float, text: String, flag: Boolean, id: ID, list: [Int!], texts: [String], any: JSON): JSON!
  }
  type Mutation {
    createKeeper(inputs: KeeperInput!): KeeperNode!
    renameKeeper(from: String!, to: String!): KeeperNode!
    renameAndFail(from: String!, to: String!): String
    renameAndFailHard(from: String!, to: String!): String!
    refuse: String
    keeperNames: [String!]!
  }
`);

const error = (code, status_code, more = {}) => new GraphQLError(code, { extensions: { ...more, code, status_code } });
const uuid = (kind, n) => `00000000-0000-${kind}-0000-${n.toString(16).padStart(12, "0")}`;
const globalId = (type, key) => Buffer.from(`${type}:${key}`).toString("base64");
const time = (n) => new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString().replace("000Z", "000000+00:00");
const sorted = (value) =>
  Array.isArray(value) ? value.map(sorted)
  : value && typeof value === "object" ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
  : value;

function key(type, id) {
  const text = Buffer.from(id, "base64").toString();
  const wellFormed = Buffer.from(text).toString("base64") === id && text.includes(":");
  if (!wellFormed) throw error("NOT_FOUND", 404);
  const [name, ...rest] = text.split(":");
  if (type && name !== type) throw error("NOT_FOUND", 404);
  return rest.join(":");
}

// A fresh zoo for each case.
function zoo() {
  let keepers = data.keepers.map((row) => ({ ...row }));
  const byNumber = (n) => (n === null ? null : animal(data.animals.find((row) => row.n === n)));
  const herd = (wanted) => data.animals.filter(wanted).map(animal);
  const frame = (width) => ({ __typename: "FrameNode", width, color: width > 1 ? "red" : null });

  const keeper = (row) => ({
    __typename: "KeeperNode", id: globalId("KeeperNode", uuid("4ee9", row.n)), name: row.name, createdAt: time(row.n), updatedAt: null,
    animals: () => herd((animal) => animal.keeper === row.n),
  });
  const zone = (row) => ({
    __typename: "ZoneNode", id: globalId("ZoneNode", row.id), code: row.id, enabled: row.enabled, description: row.description,
    createdAt: time(0), updatedAt: null, animals: () => herd((animal) => animal.zone === row.id),
  });
  function animal(row) {
    const rank = (plus) => (row.weight === null ? -1 : Math.round(row.weight)) + (plus ?? 0);
    return {
      ...row,
      __typename: "AnimalNode", id: globalId("AnimalNode", uuid("0a41", row.n)), createdAt: time(row.n), updatedAt: null,
      fedAt: row.fedAt && row.fedAt.replace(/:(\d\d)\+/, ":$1.000000+"),
      keeper: () => (row.keeper === null ? null : keeper(keepers.find((keeper) => keeper.n === row.keeper))),
      zone: () => zone(data.zones.find((zone) => zone.id === row.zone)),
      parent: () => byNumber(row.parent),
      children: () => herd((child) => child.parent === row.n),
      label: `${row.name}/${row.legs ?? "-"}`,
      speed: () => { if (row.legs === null) throw error("NO_LEGS", 422); return row.legs * 10; },
      guess: () => { if (row.legs === 0) throw error("BAD_GUESS", 422); return row.legs; },
      portrait: {
        title: row.name, kilos: row.weight, frame: frame(1), frames: [frame(1), frame(2)],
        gaps: row.weight === null ? null : [frame(3), null], tags: ["x", "y"],
      },
      rank: ({ plus }) => { if (plus === 13) throw error("UNLUCKY", 400); return rank(plus); },
      softRank: ({ plus }) => {
        if (plus === 13) throw error("UNLUCKY", 400);
        return row.weight === null ? null : row.weight + plus;
      },
    };
  }

  const connection = (nodes) => ({ edges: nodes.map((node) => ({ node })) });
  const column = (row, name) => (name === "createdAt" ? row.n : row[name]);
  const compare = (left, right) =>
    left === right ? 0 : left === null ? -1 : right === null ? 1 : left < right ? -1 : 1;
  function rename({ from, to }) {
    const row = keepers.find((keeper) => keeper.name === from);
    if (!row) throw error("NOT_FOUND", 404);
    row.name = to;
    return row;
  }
  // A mutation field that fails has written nothing.
  const transaction = (run) => (args) => {
    const before = keepers.map((row) => ({ ...row }));
    try { return run(args); } catch (error) { keepers = before; throw error; }
  };

  // An id that is worth nothing is null, whatever it is.
  function byId(id) {
    const text = Buffer.from(id, "base64").toString();
    if (Buffer.from(text).toString("base64") !== id) return null;
    const [type, rest] = [text.split(":")[0], text.split(":").slice(1).join(":")];
    const find = (rows, key, show) => { const row = rows.find((row) => key(row) === rest); return row ? show(row) : null; };
    if (type === "AnimalNode") return find(data.animals, (row) => uuid("0a41", row.n), animal);
    if (type === "KeeperNode") return find(keepers, (row) => uuid("4ee9", row.n), keeper);
    if (type === "ZoneNode") return find(data.zones, (row) => row.id, zone);
    return null;
  }

  return {
    node: ({ id }) => byId(id),
    nodes: ({ ids }) => ids.map(byId),
    animal: ({ id }) => {
      const row = data.animals.find((row) => uuid("0a41", row.n) === key("AnimalNode", id));
      if (!row) throw error("NOT_FOUND", 404);
      return animal(row);
    },
    zone: ({ id }) => {
      const row = data.zones.find((row) => row.id === key("ZoneNode", id));
      if (!row) throw error("NOT_FOUND", 404);
      return zone(row);
    },
    findAnimal: ({ name }) => herd((row) => row.name === name)[0] ?? null,
    theAnimal: ({ name }) => {
      const found = herd((row) => row.name === name)[0];
      if (!found) throw error("NOT_FOUND", 404);
      return found;
    },
    allAnimals: ({ orderBy, first }) => {
      const rows = [...data.animals];
      if (orderBy) {
        const [[name, ascending]] = Object.entries(orderBy);
        const sign = ascending ? 1 : -1;
        rows.sort((a, b) => sign * (compare(column(a, name), column(b, name)) || a.n - b.n));
      }
      return connection(rows.slice(0, first ?? 100).map(animal));
    },
    allKeepers: () => connection(keepers.map(keeper)),
    shapes: [1, 2, 3].map(frame),
    maybeShapes: ({ upTo }) =>
      upTo == null ? null : Array.from({ length: Math.max(upTo, 0) }, (_, n) => (n % 2 === 0 ? frame(n + 1) : null)),
    fail: () => { throw error("FAILED", 418); },
    failSoftly: ({ word }) => {
      if (word == null) throw error("FAILED_SOFTLY", 418, { hint: "say a word" });
      return word;
    },
    double: ({ number }) => {
      if (Math.abs(number * 2) > 2147483647) throw error("TOO_LARGE", 400);
      return number * 2;
    },
    moodAfter: ({ mood }) => ({ CALM: "HALF_ASLEEP", WILD: "CALM", HALF_ASLEEP: null })[mood],
    tree: ({ inputs }) => {
      const { name, mood = null, moods = null, size = null, leaf, leaves, grid = null } = inputs;
      const one = (leaf) => ({ count: leaf.count, tag: leaf.tag ?? null });
      return sorted({ name, mood, moods, size, leaf: leaf ? one(leaf) : null, leaves: leaves ? leaves.map(one) : null, grid });
    },
    scalars: ({ int = null, float = null, text = null, flag = null, id, list = null, texts = null, any = null }) =>
      sorted({ int, float, text, flag, id: id == null ? null : key(null, id), list, texts, any }),

    createKeeper: transaction(({ inputs }) => {
      if (inputs.name === "") {
        const fields = [{ path: ["inputs", "name"], rule: "length", message: "" }];
        throw error("INVALID_INPUT", 400, { fields });
      }
      const row = { n: keepers.length + 1, name: inputs.name };
      keepers.push(row);
      return keeper(row);
    }),
    renameKeeper: transaction((args) => keeper(rename(args))),
    renameAndFail: transaction((args) => { rename(args); throw error("SECOND_THOUGHTS", 409); }),
    renameAndFailHard: transaction((args) => { rename(args); throw error("SECOND_THOUGHTS", 409); }),
    refuse: () => { throw error("REFUSED", 403); },
    keeperNames: () => keepers.map((row) => row.name),
  };
}

function answer({ query, variables, operationName }) {
  let document;
  try { document = parse(query); } catch (error) { return { refused: [error.toJSON()] }; }
  const faults = validate(schema, document);
  if (faults.length > 0) return { refused: faults.map((fault) => fault.toJSON()) };
  const result = execute({ schema, document, rootValue: zoo(), variableValues: variables, operationName });
  const { data, errors } = result;
  if (!("data" in result)) return { refused: errors.map((error) => error.toJSON()) };
  return errors ? { data, errors: errors.map((error) => error.toJSON()) } : { data };
}

const made = [];
for (const [name, query, more = {}] of cases) {
  const result = await Promise.resolve(answer({ query, ...more }));
  made.push({ name, query, ...more, ...(more.refused ? {} : result) });
}
const names = new Set(made.map((each) => each.name));
if (names.size !== made.length) throw new Error("two cases of one name");
writeFileSync(`${root}/semantics/cases.json`, `[\n${made.map((each) => JSON.stringify(each)).join(",\n")}\n]\n`);
const refused = made.filter((each) => each.refused).length;
console.log(`${made.length} cases: ${refused} refused, ${made.filter((each) => each.errors).length} with errors`);
