/* assist/complete/structure.h: suggestions that follow from the structure of the code, without a
 * model and without anything alike having been written: the next arm of a switch over an
 * enumeration that the project defines, arguments that are called like the parameters, fields of a
 * record likewise, what closes a block. Each only where it is certain. Deterministic. Inside this
 * folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_STRUCTURE_H
#define ARTEL_ASSIST_COMPLETE_STRUCTURE_H

#include "assist/complete/gate.h"

/* Fills *out with what the first pattern that fits offers and the gate lets pass. False: none does.
 * Cost: some milliseconds where a name has to be looked up, else microseconds. */
bool structure_offer(struct gate *g, struct assist_suggestion *out);

#endif
