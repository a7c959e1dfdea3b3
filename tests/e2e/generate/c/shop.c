#include <stddef.h>
#include <stdbool.h>

enum color { RED, GREEN = 5 };

typedef enum { LOW, HIGH } level_t;

struct point {
    int x, y;
};

struct user {
    const char *name;
    char *nick;
    int age;
    unsigned sizes[3];
    double ratio;
    bool open;
    enum color color;
    struct point *at;
};

typedef struct {
    const char *level;
    int count;
    size_t limit;
    double ratio;
    bool fast;
} options_t;

struct pair {
    struct point a;
    struct point b;
};

int restock(struct point at, const char *label, unsigned n);

int price(int count, const char *label, struct point at)
{
    return count + (label ? 1 : 0) + at.x;
}

int paint(enum color color)
{
    return (int)color;
}
