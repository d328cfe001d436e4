/** A field's name and value, decoded. */
export type FormField = readonly [name: string, value: string];

/**
 * The fields of an `application/x-www-form-urlencoded` body or of a query string (without its question mark), in their
 * order with repeats; read as browsers do (URL Standard, section 5.1): what is wrongly encoded stays as it is.
 */
export function formFields(text: string): readonly FormField[] {
  // URLSearchParams would take a question mark off the front, which may belong to the first name.
  return [...new URLSearchParams(`&${text}`)];
}
