/* clang-format off */
/* assist/generate/template.h: text with holes, filled from values (value.h).
 *
 *   <%type.name%>                      the text of that part; nothing when there is none
 *   <%f.name|snake%>                   in another form: snake, camel, pascal, upper, kebab, words,
 *                                      sentence, lower, cap (first letter), low (first letter),
 *                                      quote (for a "string"), singular, a ("an Order"), tail
 *                                      (of a::b), stem and trunk (of a path), bare (without <...>)
 *   <%for p in function.params sep ", "%>...<%end%>
 *   % for f in type.fields where !f.static
 *   % if f.class in int float & !f.optional
 *   % elif f.type ~ List* or f.type = Set
 *   % else
 *   % end
 *
 * A line whose first sign is '%' and a blank is a directive and leaves nothing behind; between <%
 * and %> the same directives stand inside a line. A condition is a path (there is such a part, not
 * empty), !path, `path = text`, `path != text`, `path in words`, `path ~ pattern` ('*' is any run),
 * `path has text` (a list of texts holds it), joined by " & " and, weaker, " or "; the text after
 * =, != and has may have a hole, as <p.name|snake>. In a loop, `loop.first`, `loop.last`,
 * `loop.index` (from 0) and `loop.number` (from 1) say where it stands. */
/* clang-format on */
#ifndef ARTEL_ASSIST_GENERATE_TEMPLATE_H
#define ARTEL_ASSIST_GENERATE_TEMPLATE_H

#include "assist/generate/value.h"
#include "base/buf.h"
#include "base/err.h"

/* Appends the filled text. ERR_FORMAT: the template is wrong; `e` names the line. ERR_NOMEM;
 * ERR_RANGE: the buffer's maximum. */
MUST_USE err_code gen_fill(buf *out, str_view text, const gen_value *root, err *e);
/* Whether the condition holds. An empty one does. */
bool gen_holds(const gen_value *root, str_view condition);
/* '*' in the pattern stands for any run, "\*" for itself; *hit gets what the first one stood for.
 */
bool gen_match(str_view pattern, str_view text, str_view *hit);
/* Appends `name` in another form, see above; false: there is no such form. */
bool gen_form(buf *out, str_view name, str_view form);

#endif
