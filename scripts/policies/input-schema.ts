/**
 * JSON Schema of a TypeScript type, as far as the values that cross to the policies need it: plain data. It says which fields exist,
 * for `opa check --schema`; null is left out beside a map, because opa (1.22) checks no path through a union with null.
 */
import ts from 'typescript';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of one exported type of a file. Throws when the file has no such type. */
export const schemaOfType = (file: string, name: string): JsonSchema => {
  const program = ts.createProgram([file], {
    strict: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const symbol = module && checker.getExportsOfModule(module).find((s) => s.name === name);
  if (!symbol) throw new TypeError(`${file} exports no type ${name}`);
  return schemaOf(checker, checker.getDeclaredTypeOfSymbol(symbol));
};

const scalars: readonly (readonly [ts.TypeFlags, string])[] = [
  [ts.TypeFlags.StringLike, 'string'],
  [ts.TypeFlags.NumberLike, 'number'],
  [ts.TypeFlags.BooleanLike, 'boolean'],
  [ts.TypeFlags.Null, 'null'],
];

const schemaOf = (checker: ts.TypeChecker, type: ts.Type): JsonSchema => {
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
  const scalar = scalars.find(([flags]) => type.flags & flags && !(type.flags & ts.TypeFlags.Union));
  if (scalar) return { type: scalar[1] };
  if (type.isUnion()) return unionOf(type.types.filter((t) => !(t.flags & ts.TypeFlags.Undefined)).map((t) => schemaOf(checker, t)));
  const element =
    checker.isArrayType(type) || checker.isTupleType(type)
      ? unionOf(checker.getTypeArguments(type as ts.TypeReference).map((t) => schemaOf(checker, t)))
      : undefined;
  if (element) return { type: 'array', items: element };
  const values = type.getStringIndexType();
  if (values) return { type: 'object', additionalProperties: schemaOf(checker, values) };
  const properties = checker.getPropertiesOfType(type).map((p) => [p.name, schemaOf(checker, checker.getTypeOfSymbol(p))]);
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
};

const unionOf = (schemas: readonly JsonSchema[]): JsonSchema => {
  const kept = schemas.some((s) => s['type'] === 'object') ? schemas.filter((s) => s['type'] !== 'null') : schemas;
  const distinct = [...new Map(kept.map((s) => [JSON.stringify(s), s])).values()];
  return distinct.length === 1 && distinct[0] ? distinct[0] : { anyOf: distinct };
};
