import fc from 'fast-check';

/** Pieces that open, close or end something in one dialect or another. */
const fragments = [
  "'", '"', '`', '[', ']', '(', ')', '{', '}', '{{', '}}', '{%', '%}', '${', '<%=', '%>', '%s', '%(', '#', '#{',
  '--', '-- x\n', '-->', '--> statement-breakpoint', '/*', '*/', '/*!', '/*!50003', '/*M!', '/*!999999', '\\', '\\.', '\\g', '\\;',
  '$', '$$', '$a$', '$1', '?', '?|', ':', '::', ':=', ':x', '@', '@@', '@x', ';', ';;', '//', '.', '..', '1', '1.', '0x', '1e', 'e1',
  "E'", "x'", "U&'", 'U&"', "N'", ' ', '\n', '\r\n', '\t', 'a', 'É', '😀', '\u0000', '\ufeff', '\u00a0',
  'CREATE ', 'TRIGGER ', 'PROCEDURE ', 'FUNCTION ', 'RULE ', 'BEGIN ', 'ATOMIC ', 'NOT ', 'END ', 'END;', 'CASE ', 'IF ', 'LOOP ', 'THEN ', 'UNTIL ',
  'DECLARE ', 'DEFINER=', '\nDELIMITER //\n', '\nDELIMITER $$\n', '\nDELIMITER ;\n', 'COPY a FROM stdin;\n', '\n\\.\n', '\\copy a from stdin\n', '\n.read x\n',
]; // prettier-ignore

/** Arbitrary text, and text that is made of nasty fragments. */
export const nastyText = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...fragments), { maxLength: 40 }).map((parts) => parts.join('')) },
);
