/* assist/scaffold/convert.h: CSV, YAML, TOML and XML as JSON, so that they are samples too. Pure.
 *
 * What they leave open is settled so that nothing is lost that JSON could keep:
 * - YAML 1.1 documents by the core schema of 1.2 (`yes` is a text); `012` is a text, since the two
 *   read it differently; anchors, aliases and merge keys are written out; tags but those of the
 *   core schema are passed over; every document is a sample.
 * - TOML 1.0; dates and times are texts.
 * - XML: an element is a map of its attributes (`@name`), its child elements and its own text
 *   (`#text`), or only that text where no element of that place has more; a list where some parent
 *   has two of that name. Texts that are all spelled as JSON spells numbers, true or false are
 *   those, in one place, but for names that end in `version`; an empty element or attribute is
 * null. The outermost element is the whole, its name is left out, as are declarations of name
 * spaces, comments and instructions.
 * - Infinity and NaN are null. */
#ifndef ARTEL_ASSIST_SCAFFOLD_CONVERT_H
#define ARTEL_ASSIST_SCAFFOLD_CONVERT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

typedef enum { SYNTAX_JSON, SYNTAX_TABLE, SYNTAX_YAML, SYNTAX_TOML, SYNTAX_XML } scaf_syntax;

/* What a file of this name holds, or a text without one by how it begins; JSON, in whatever form,
 * where nothing says otherwise. */
scaf_syntax scaf__syntax_of(str_view name, str_view text);

/* Appends `text`, which is valid UTF-8 in `syntax`, which is not SYNTAX_JSON, as one or several
 * JSON values, none for a text without any. ERR_FORMAT: *e says line, column, what was expected and
 * the likely fix; ERR_RANGE: too deep, too long; ERR_NOMEM. Cost: O(text) unless keys of one map
 * are many. */
MUST_USE err_code scaf__convert(buf *out, scaf_syntax syntax, str_view text, err *e);

/* The same, by syntax. */
MUST_USE err_code scaf__yaml_to_json(buf *out, str_view text, err *e);
MUST_USE err_code scaf__toml_to_json(buf *out, str_view text, err *e);
MUST_USE err_code scaf__xml_to_json(buf *out, str_view text, err *e);

#endif
