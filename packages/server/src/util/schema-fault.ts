/** What a compiled schema says of one fault. */
interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

/**
 * The first fault of a value as a sentence for a person, and the path of the field that it is about.
 * @param root what the value itself is called, as `payload`
 */
export function describeFault(errors: readonly SchemaError[], root: string): { field: string; message: string } {
  const [error] = errors;
  if (!error) return { field: root, message: `${root} has the wrong shape.` };
  const path = root + error.instancePath.replaceAll('/', '.');
  if (error.keyword === 'required') {
    const [missing = ''] = (error.params as { requiredProperties?: string[] }).requiredProperties ?? [];
    return { field: `${path}.${missing}`, message: `${path}.${missing} is missing.` };
  }
  // What `additionalProperties: false` says of a field.
  if (error.keyword === 'boolean') return { field: path, message: `${path} is not known here.` };
  return { field: path, message: `${path} ${error.message}.` };
}
