/* SQLite's file format, as far as the table that lists the tables: its pages are a tree of cells,
 * a cell is a record of five columns, the last is the statement that made the thing.
 *
 * Byte 0: "SQLite format 3\0". 16: page size, 2 bytes (1: 65,536). 20: bytes reserved at the end of
 * each page. Page 1 (behind those 100 bytes) is the tree's root. A page: byte 0: 5 inner or 13
 * leaf; 3: number of cells, 2 bytes; 8: inner: the right-most page, 4 bytes; then 2 bytes for the
 * place of each cell. Inner cell: page, 4 bytes. Leaf cell: bytes of the record, row, the record's
 * first bytes; where not all fit, 4 bytes behind them name a page of which 4 bytes name the next.
 * Numbers are big-endian; those of cells have 7 bits a byte, at most 9 bytes. */
#include <stdint.h>

#include "assist/script/script.h"

enum { MAX_RECORD = 1 << 20, MAX_DEPTH = 20, MAX_PAGES = 10000 };

struct file {
    str_view bytes;
    size_t page, usable;
    size_t n_visited; /* a damaged tree may go round */
    buf *out;
};

static size_t number(str_view v, size_t at, size_t n)
{
    size_t value = 0;
    for (size_t i = at; i < at + n; i++)
        value = value << 8 | (i < v.len ? (unsigned char)v.ptr[i] : 0);
    return value;
}

static uint64_t varint(str_view *v)
{
    uint64_t value = 0;
    for (size_t i = 0; i < 9 && v->len; i++) {
        unsigned char c = (unsigned char)v->ptr[0];
        *v = str_slice(*v, 1, v->len);
        if (i == 8)
            return value << 8 | c;
        value = value << 7 | (c & 0x7F);
        if (!(c & 0x80))
            break;
    }
    return value;
}

static str_view page_of(const struct file *f, size_t n)
{
    if (!n || n > f->bytes.len / f->page)
        return STR("");
    return str_slice(f->bytes, (n - 1) * f->page, n * f->page);
}

static uint64_t length_of(uint64_t type)
{
    static const unsigned char lengths[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};
    return type < 10 ? lengths[type] : type < 12 ? 0 : (type - 12) / 2;
}

/* The statement of a record that is whole. */
static void put_statement(struct file *f, str_view record)
{
    str_view types = record;
    uint64_t head = varint(&types), at = head;
    if (head > record.len || head < record.len - types.len)
        return;
    types.len = (size_t)head - (record.len - types.len);
    for (int i = 0; i < 4; i++) {
        at += length_of(varint(&types));
        if (at > record.len)
            return;
    }
    uint64_t n = length_of(varint(&types));
    if (n > record.len - at)
        return;
    buf_append(f->out, str_slice(record, (size_t)at, (size_t)(at + n)));
    buf_append(f->out, STR(";\n"));
}

static void read_cell(struct file *f, str_view cell)
{
    uint64_t n = varint(&cell);
    varint(&cell);
    size_t usable = f->usable, least = (usable - 12) * 32 / 255 - 23, local = (size_t)n;
    if (n > MAX_RECORD)
        return;
    if (n > usable - 35) {
        local = least + ((size_t)n - least) % (usable - 4);
        local = local <= usable - 35 ? local : least;
    }
    buf record;
    buf_init(&record, MAX_RECORD);
    buf_append(&record, str_slice(cell, 0, local));
    size_t next = local < n ? number(cell, local, 4) : 0;
    while (next && record.len < n && f->n_visited++ < MAX_PAGES) {
        str_view page = page_of(f, next);
        buf_append(&record, str_slice(page, 4,
                                      4 + (usable - 4 < n - record.len ? usable - 4
                                                                       : (size_t)n - record.len)));
        next = page.len ? number(page, 0, 4) : 0;
    }
    if (record.len == n && buf_failed(&record) == ERR_OK)
        put_statement(f, buf_view(&record));
    buf_release(&record);
}

static void read_page(struct file *f, size_t n, size_t depth)
{
    str_view page = page_of(f, n);
    size_t head = n == 1 ? 100 : 0;
    if (page.len < 512 || depth > MAX_DEPTH || f->n_visited++ > MAX_PAGES)
        return;
    bool inner = page.ptr[head] == 5;
    if (!inner && page.ptr[head] != 13)
        return;
    size_t n_cells = number(page, head + 3, 2);
    for (size_t i = 0; i < n_cells; i++) {
        str_view cell =
            str_slice(page, number(page, head + (inner ? 12 : 8) + 2 * i, 2), f->usable);
        if (!inner)
            read_cell(f, cell);
        else
            read_page(f, number(cell, 0, 4), depth + 1);
    }
    if (inner)
        read_page(f, number(page, head + 8, 4), depth + 1);
}

void assist_script_database_schema(buf *out, str_view file)
{
    size_t size = number(file, 16, 2), reserved = number(file, 20, 1);
    size = size == 1 ? 65536 : size;
    if (!str_starts(file, (str_view){"SQLite format 3", 16}) || size < 512 || size & (size - 1) ||
        reserved > 32)
        return;
    struct file f = {.bytes = file, .page = size, .usable = size - reserved, .out = out};
    read_page(&f, 1, 0);
}
