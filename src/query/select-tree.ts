/**
 * A query as it is computed, for those that a catalog of names can answer: what stands in the system catalogs. What is not
 * modelled is `unknown`, and so is what rests on it.
 */
export interface SelectTree {
  readonly items: readonly SelectItem[];
  /** Joined with each other; conditions of inner joins are part of `where`. */
  readonly sources: readonly SelectSource[];
  readonly where: ValueTree | null;
  /** Of UNION: the queries whose rows it gives; all else is empty then. */
  readonly arms: readonly SelectTree[];
  /** INTERSECT, EXCEPT, WITH, outer joins, OFFSET: how many rows there are, and which, is not known. */
  readonly isBeyond: boolean;
  /** GROUP BY, HAVING: no rows where there are none, and otherwise it is not known which. */
  readonly isGrouped: boolean;
  readonly distinct: boolean;
  readonly limit: ValueTree | null;
}

export interface SelectItem {
  /** The name of the output column. */
  readonly name: string;
  readonly value: ValueTree;
}

export type SelectSource =
  | { readonly kind: 'table'; readonly schema: string | null; readonly name: string; readonly alias: string }
  | { readonly kind: 'query'; readonly query: SelectTree; readonly alias: string }
  /** unnest(..), generate_series(..) and others. */
  | { readonly kind: 'function'; readonly call: ValueTree; readonly alias: string; readonly column: string }
  | {
      readonly kind: 'values';
      readonly rows: readonly (readonly ValueTree[])[];
      readonly alias: string;
      readonly columns: readonly string[];
    };

export type ValueTree =
  | { readonly kind: 'constant'; readonly value: string | number | boolean | null }
  | { readonly kind: 'column'; readonly path: readonly string[] }
  | { readonly kind: 'star' }
  | { readonly kind: 'parameter' }
  | { readonly kind: 'call'; readonly name: string; readonly values: readonly ValueTree[] }
  | { readonly kind: 'operator'; readonly operator: string; readonly left: ValueTree | null; readonly right: ValueTree }
  | { readonly kind: 'and' | 'or' | 'coalesce' | 'array'; readonly values: readonly ValueTree[] }
  | { readonly kind: 'not'; readonly value: ValueTree }
  /** IS [NOT] NULL, IS [NOT] TRUE, IS [NOT] FALSE. */
  | { readonly kind: 'is'; readonly value: ValueTree; readonly what: boolean | null; readonly negated: boolean }
  | { readonly kind: 'cast'; readonly value: ValueTree; readonly type: string }
  /** `value operator ANY (list)`; IN and NOT IN among them. */
  | {
      readonly kind: 'any' | 'all';
      readonly operator: string;
      readonly value: ValueTree;
      readonly list: readonly ValueTree[] | ValueTree | SelectTree;
    }
  | { readonly kind: 'exists'; readonly query: SelectTree }
  | { readonly kind: 'first'; readonly query: SelectTree }
  | { readonly kind: 'collected'; readonly query: SelectTree }
  | {
      readonly kind: 'case';
      readonly branches: readonly { readonly when: ValueTree; readonly then: ValueTree }[];
      readonly otherwise: ValueTree;
    }
  | { readonly kind: 'unknown' };
