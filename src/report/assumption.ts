/** A reading as it stands after "assumes": `if schema.sql runs at every start` -> `schema.sql runs at every start`. */
export function assumption(reading: string): string {
  return reading.replace(/^if /, '');
}
