#include <stdlib.h>

struct node {
    struct node *next;
    int value;
};

typedef int (*compare)(const void *, const void *);

static struct node *push(struct node *head, int value)
{
    struct node *n = malloc(sizeof *n);
    if (!n)
        return head;
    *n = (struct node){.next = head, .value = value};
    return n;
}

int sum(const struct node *n)
{
    int total = 0;
    for (; n; n = n->next)
        total += n->value & 0xff;
    return total > 0 ? total : -1;
}
