/* What a type is, so that one reader, one writer and one release serve all of them. */
typedef enum {
    BOOL,
    INT64,
    UINT64,
    DOUBLE, /* written as 1.0 where it is whole */
    NUMBER, /* written as 1 where it is whole */
    TEXT,   /* char *: a string */
    LEXEME, /* char *: a number as it is spelled */
    WHOLE,  /* the same, an integer */
    ANY,    /* char *: any JSON text */
    LIST,
    MAP,
    TUPLE,
    RECORD,
    UNION,
    TAGGED
} kind;

typedef struct json_type json_type;

typedef struct {
    const char *key; /* of a record; of a tagged union: the tag's value, its type in `type` */
    size_t offset;
    const json_type *type;
    bool boxed; /* the field is a pointer to the value; NULL stands for null or absent */
    bool optional;
    bool nullable;
    size_t has; /* where the bool is that tells absent from null; 0: there is none */
} json_field;

struct json_type {
    kind kind;
    size_t size;
    const json_field *fields; /* of a list or map: one, the item */
    size_t n_fields;
    const char *tag; /* TAGGED */
};

/* Lists, maps and unions as the code here sees them; every generated one begins like this. */
typedef struct {
    void *items;
    size_t n;
    char **keys; /* MAP only */
} json_items;

/* By kind. */
static const json_type scalars[] = {
    {BOOL, sizeof(bool), NULL, 0, NULL},     {INT64, sizeof(int64_t), NULL, 0, NULL},
    {UINT64, sizeof(uint64_t), NULL, 0, NULL}, {DOUBLE, sizeof(double), NULL, 0, NULL},
    {NUMBER, sizeof(double), NULL, 0, NULL}, {TEXT, sizeof(char *), NULL, 0, NULL},
    {LEXEME, sizeof(char *), NULL, 0, NULL}, {WHOLE, sizeof(char *), NULL, 0, NULL},
    {ANY, sizeof(char *), NULL, 0, NULL},
};

