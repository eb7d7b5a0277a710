import type { EngineError } from '../../../outcome.ts';

/** Names of conditions that handlers name, with their SQLSTATE (PostgreSQL manual, appendix A). */
const STATES: Readonly<Record<string, string>> = {
  not_null_violation: '23502', foreign_key_violation: '23503', unique_violation: '23505', check_violation: '23514',
  exclusion_violation: '23P01', integrity_constraint_violation: '23000', restrict_violation: '23001',
  duplicate_column: '42701', duplicate_object: '42710', duplicate_alias: '42712', duplicate_function: '42723',
  duplicate_schema: '42P06', duplicate_table: '42P07', duplicate_database: '42P04', duplicate_cursor: '42P03',
  duplicate_prepared_statement: '42P05', undefined_column: '42703', undefined_object: '42704', undefined_function: '42883',
  undefined_table: '42P01', undefined_parameter: '42P02', ambiguous_column: '42702', ambiguous_function: '42725',
  wrong_object_type: '42809', invalid_foreign_key: '42830', invalid_table_definition: '42P16', invalid_column_definition: '42611',
  invalid_column_reference: '42P10', invalid_object_definition: '42P17', invalid_name: '42602', invalid_schema_definition: '42P15',
  invalid_function_definition: '42P13', datatype_mismatch: '42804', cannot_coerce: '42846', grouping_error: '42803',
  syntax_error: '42601', syntax_error_or_access_rule_violation: '42000', insufficient_privilege: '42501', reserved_name: '42939',
  dependent_objects_still_exist: '2BP01', dependent_privilege_descriptors_still_exist: '2B000', invalid_schema_name: '3F000',
  invalid_catalog_name: '3D000', feature_not_supported: '0A000', object_not_in_prerequisite_state: '55000', object_in_use: '55006',
  lock_not_available: '55P03', active_sql_transaction: '25001', no_active_sql_transaction: '25P01', invalid_transaction_state: '25000',
  invalid_transaction_termination: '2D000', raise_exception: 'P0001', no_data_found: 'P0002', too_many_rows: 'P0003',
  plpgsql_error: 'P0000', case_not_found: '20000', division_by_zero: '22012', invalid_text_representation: '22P02',
  data_exception: '22000', string_data_right_truncation: '22001', numeric_value_out_of_range: '22003', invalid_parameter_value: '22023',
  null_value_not_allowed: '22004', undefined_file: '58P01', query_canceled: '57014', assert_failure: 'P0004', deadlock_detected: '40P01',
}; // prettier-ignore

/** The SQLSTATE that goes with the words of an error, run on 15. The first that fits counts. */
const BY_WORDS: readonly (readonly [words: RegExp, state: string])[] = [
  [/^multiple primary keys for table|^cannot drop column .* from only|^column .* is in a primary key/, '42P16'],
  [/^function .* already exists with same argument types$/, '42723'],
  [/^schema ".*" already exists$/, '42P06'],
  [/^database ".*" already exists$/, '42P04'],
  [/^relation ".*" already exists$/, '42P07'],
  [/^column ".*" (?:of relation ".*" already exists|specified more than once)$/, '42701'],
  [/already exists$/, '42710'],
  [/^schema ".*" does not exist$/, '3F000'],
  [/^no schema has been selected to create in$/, '3F000'],
  [/^(?:relation|table|view|materialized view|sequence|foreign table) ".*" does not exist$/, '42P01'],
  [/^missing FROM-clause entry|^invalid reference to FROM-clause entry/, '42P01'],
  [/^(?:could not find a )?(?:function|procedure|routine|aggregate) .*(?:does not exist|named ".*")$/, '42883'],
  [/^column .* does not exist$|^column ".*" (?:named in key|referenced in foreign key constraint) does not exist$/, '42703'],
  [/^record ".*" has no field/, '42703'],
  [/^constraint ".*" (?:of relation|for table) .* does not exist$/, '42704'],
  [/^(?:index|type|trigger|policy|rule|role|extension|collation|statistics object|constraint|language|publication) .* does not exist$/, '42704'],
  [/because other objects depend on it$/, '2BP01'],
  [/contains null values$/, '23502'],
  [/^null value in column/, '23502'],
  [/^could not create unique index|^duplicate key value violates unique constraint/, '23505'],
  [/is violated by some row$|violates check constraint/, '23514'],
  [/violates foreign key constraint/, '23503'],
  [/^there is no unique constraint matching|^number of referencing and referenced columns/, '42830'],
  [/^syntax error at/, '42601'],
  [/^query has no destination/, '42601'],
  [/^invalid transaction termination$/, '2D000'],
  [/is ambiguous$/, '42702'],
  [/^function name ".*" is not unique$/, '42725'],
  [/^".*" is not (?:a|an) /, '42809'],
  [/^case not found$/, '20000'],
]; // prettier-ignore

/** The SQLSTATE of an error; null where its words do not tell. */
export function stateOf({ text }: EngineError): string | null {
  return BY_WORDS.find(([words]) => words.test(text))?.[1] ?? null;
}

/** The SQLSTATE of a condition's name; null for one that is not listed. */
export function stateOfCondition(condition: string): string | null {
  if (/^[0-9A-Z]{5}$/.test(condition)) return condition;
  return Object.hasOwn(STATES, condition) ? (STATES[condition] ?? null) : null;
}

/**
 * Whether a handler for this condition catches an error of this state; null where that is not known. OTHERS leaves two out, and a
 * category (`..000`) stands for all of its class (manual, 43.6.8).
 */
export function catches(condition: string, state: string | null): boolean | null {
  if (condition === 'others') return state !== '57014' && state !== 'P0004';
  const caught = stateOfCondition(condition);
  if (caught === null || state === null) return null;
  return caught === state || (caught.endsWith('000') && state.startsWith(caught.slice(0, 2)));
}
