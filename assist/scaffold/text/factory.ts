// From @sample@: values to test with.
import { parse@Row@ } from "./@types@.js";

export type @Item@ = ReturnType<typeof parse@Row@>;

/** The first row of the sample. */
export const rowText = @row@;

@make@
@many@
