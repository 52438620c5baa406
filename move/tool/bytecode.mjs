// Reads from compiled modules what each function calls, writes and takes.

import { deserialize } from "@mysten/move-bytecode-template";

/** The functions of a build, by module::name. */
export function functionsOf(build) {
  return new Map(modulesOf(build).flatMap(functions).map((each) => [each.name, each]));
}

/** The fields of a build's structs, as module::Struct.field. */
export function fieldsOf(build) {
  return modulesOf(build).flatMap((module) => {
    const self = module.identifiers[module.module_handles[module.self_module_handle_idx].name];
    return module.struct_defs.flatMap(({ struct_handle, field_information }) => {
      const struct = module.identifiers[module.datatype_handles[struct_handle].name];
      return field_information.Declared.map(({ name }) => `${self}::${struct}.${module.identifiers[name]}`);
    });
  });
}

function modulesOf({ modules, error }) {
  if (error) throw new Error(error);
  return modules.map((module) => deserialize(Buffer.from(module, "base64")));
}

/** All that can be reached from a function, itself included: functions, and fields that are written, as module::Struct.field. */
export function reachedFrom(name, functions) {
  const seen = new Set();
  const next = [name];
  while (next.length > 0) {
    const at = next.pop();
    if (seen.has(at)) continue;
    seen.add(at);
    const { calls = [], writes = [] } = functions.get(at) ?? {};
    next.push(...calls, ...writes);
  }
  return seen;
}

function functions(module) {
  const identifier = (index) => module.identifiers[index];
  const qualified = ({ module: owner, name }) => `${identifier(module.module_handles[owner].name)}::${identifier(name)}`;
  const functionName = (handle) => qualified(module.function_handles[handle]);
  const typeName = (handle) => qualified(module.datatype_handles[handle]);
  const fieldName = (handle) => {
    const { owner, field } = module.field_handles[handle];
    const { struct_handle, field_information } = module.struct_defs[owner];
    return `${typeName(struct_handle)}.${identifier(field_information.Declared[field].name)}`;
  };
  /** The structs and enums a type mentions, behind references, in vectors and as arguments of others. */
  const typesIn = (token) => {
    if (typeof token === "string") return [];
    if (token.Datatype !== undefined) return [typeName(token.Datatype)];
    if (token.DatatypeInstantiation) {
      const [handle, parameters] = token.DatatypeInstantiation;
      return [typeName(handle), ...parameters.flatMap(typesIn)];
    }
    return Object.values(token).flatMap((inner) => (typeof inner === "object" ? typesIn(inner) : []));
  };

  return module.function_defs.map(({ function: handle, visibility, is_entry, code }) => {
    const all = (name, read) => (code?.code ?? []).filter((each) => each[name] !== undefined).map((each) => read(each[name]));
    const { parameters } = module.function_handles[handle];
    return {
      name: functionName(handle),
      /** Whether a transaction or another package can call it. */
      isOpen: visibility === "Public" || is_entry,
      isPrivate: visibility === "Private" && !is_entry,
      takes: module.signatures[parameters].flatMap(typesIn),
      calls: [
        ...all("Call", functionName),
        ...all("CallGeneric", (index) => functionName(module.function_instantiations[index].handle)),
      ],
      writes: [
        ...all("MutBorrowField", fieldName),
        ...all("MutBorrowFieldGeneric", (index) => fieldName(module.field_instantiations[index].handle)),
      ],
    };
  });
}
