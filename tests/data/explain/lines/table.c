#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MAX_WORD 32u

typedef struct entry entry;
struct entry {
    char word[MAX_WORD];
    unsigned hits : 24, seen : 1;
    entry *next;
};

static entry *buckets[1 << 8];
static int (*const order[2])(const void *, const void *);

static inline uint32_t hash(const char *s)
{
    uint32_t h = 2166136261u;
    while (*s)
        h = (h ^ (unsigned char)*s++) * 16777619u;
    return h;
}

static entry **find(const char *word)
{
    entry **slot = &buckets[hash(word) & (COUNT(buckets) - 1)];
    for (; *slot && strcmp((*slot)->word, word) != 0; slot = &(*slot)->next)
        ;
    return slot;
}

static int by_hits(const void *a, const void *b)
{
    const entry *x = *(const entry *const *)a, *y = *(entry *const *)b;
    return x->hits < y->hits ? 1 : x->hits > y->hits ? -1 : strcmp(x->word, y->word);
}

int main(int argc, char **argv)
{
    char word[MAX_WORD] = {0};
    FILE *in = argc > 1 && strcmp(argv[1], "-") ? fopen(argv[1], "r") : stdin;
    if (!in || argc > 2) {
        fprintf(stderr, "usage: %s [FILE]\n", argv[0]);
        return EXIT_FAILURE;
    }
    size_t n = 0, cap = 0;
    entry **all = NULL;
    while (fscanf(in, "%31[a-zA-Z]%*[^a-zA-Z]", word) == 1) {
        entry **slot = find(word);
        if (*slot == NULL) {
            if (n == cap && !(all = realloc(all, (cap = cap ? 2 * cap : 16) * sizeof *all)))
                goto out;
            all[n++] = *slot = calloc(1, sizeof **slot);
            memcpy(all[n - 1]->word, word, sizeof word);
        }
        (*slot)->hits += 1, (*slot)->seen |= ~0u >> 31;
    }
    qsort(all, n, sizeof *all, by_hits);
    for (size_t i = 0; i < n && i < 10; ++i)
        printf("%-*s|%6u%c", (int)MAX_WORD, all[i]->word, all[i]->hits, i % 2 ? '\n' : '\t');
out:
    free(all);
    return ferror(in) ? EXIT_FAILURE : EXIT_SUCCESS;
}
