#include "lsp/lsp_internal.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"
#include "base/mem.h"

static void send_or_drop(lsp_server *s, lsp_writer *w)
{
    if (buf_failed(&w->out) == ERR_OK)
        lsp_out_send(s->out, buf_view(&w->out));
    lsp_write_release(w);
}

void lsp__answer_begin(lsp_writer *w, const char *id)
{
    lsp_write_init(w);
    lsp_write_answer_begin(w, id);
    lsp_write_key(w, "result");
}

void lsp__answer_end(lsp_server *s, lsp_writer *w, const char *id)
{
    lsp_write_object_end(w);
    bool failed = buf_failed(&w->out) != ERR_OK;
    send_or_drop(s, w);
    if (failed)
        lsp__answer_error(s, id, LSP_INTERNAL_ERROR, "out of memory");
}

void lsp__answer_null(lsp_server *s, const char *id)
{
    lsp_writer w;
    lsp__answer_begin(&w, id);
    lsp_write_null(&w);
    lsp__answer_end(s, &w, id);
}

void lsp__answer_error(lsp_server *s, const char *id, int code, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    lsp_writer w;
    lsp_write_init(&w);
    lsp_write_error(&w, id, code, text);
    send_or_drop(s, &w);
}

void lsp__notify_begin(lsp_writer *w, const char *method)
{
    lsp_write_init(w);
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "jsonrpc", STR("2.0"));
    lsp_write_member_str(w, "method", str_of(method));
    lsp_write_key(w, "params");
}

void lsp__notify_end(lsp_server *s, lsp_writer *w)
{
    lsp_write_object_end(w);
    send_or_drop(s, w);
}

uint32_t lsp__call_begin(lsp_server *s, lsp_writer *w, const char *method)
{
    lsp_write_init(w);
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "jsonrpc", STR("2.0"));
    lsp_write_member_int(w, "id", ++s->last_own);
    lsp_write_member_str(w, "method", str_of(method));
    lsp_write_key(w, "params");
    return s->last_own;
}

void lsp__call_end(lsp_server *s, lsp_writer *w, uint32_t number, lsp_on_reply *on_reply)
{
    lsp_own *own = mem_zero(1, sizeof *own);
    if (!own) {
        lsp_write_release(w);
        return;
    }
    *own = (lsp_own){.next = s->own, .number = number, .on_reply = on_reply};
    s->own = own;
    lsp_write_object_end(w);
    send_or_drop(s, w);
}

void lsp__register(lsp_server *s, const char *id, const char *method, const char *options)
{
    lsp_writer w;
    uint32_t number = lsp__call_begin(s, &w, "client/registerCapability");
    lsp_write_object_begin(&w);
    lsp_write_key(&w, "registrations");
    lsp_write_array_begin(&w);
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "id", str_of(id));
    lsp_write_member_str(&w, "method", str_of(method));
    lsp_write_key(&w, "registerOptions");
    lsp_write_raw(&w, str_of(options));
    lsp_write_object_end(&w);
    lsp_write_array_end(&w);
    lsp_write_object_end(&w);
    lsp__call_end(s, &w, number, NULL);
}

void lsp__unregister(lsp_server *s, const char *id, const char *method)
{
    lsp_writer w;
    uint32_t number = lsp__call_begin(s, &w, "client/unregisterCapability");
    lsp_write_object_begin(&w);
    lsp_write_key(&w, "unregisterations"); /* so spelled by the specification */
    lsp_write_array_begin(&w);
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "id", str_of(id));
    lsp_write_member_str(&w, "method", str_of(method));
    lsp_write_object_end(&w);
    lsp_write_array_end(&w);
    lsp_write_object_end(&w);
    lsp__call_end(s, &w, number, NULL);
}

void lsp__on_response(lsp_server *s, const struct lsp_message *m)
{
    for (lsp_own **at = &s->own; *at; at = &(*at)->next) {
        char id[16];
        snprintf(id, sizeof id, "%u", (*at)->number);
        if (!m->id || strcmp(id, m->id) != 0)
            continue;
        lsp_own *own = *at;
        *at = own->next;
        if (own->on_reply)
            own->on_reply(s, m);
        mem_free(own);
        return;
    }
    log_write(LOG_DEBUG, "a response to no request of ours was ignored");
}

void lsp__show_message(lsp_server *s, int type, const char *text)
{
    lsp_writer w;
    lsp__notify_begin(&w, "window/showMessage");
    lsp_write_object_begin(&w);
    lsp_write_member_int(&w, "type", type);
    lsp_write_member_str(&w, "message", str_of(text));
    lsp_write_object_end(&w);
    lsp__notify_end(s, &w);
}

void lsp__trace(lsp_server *s, const char *message, const char *verbose)
{
    lsp_writer w;
    if (s->trace == LSP_TRACE_OFF)
        return;
    lsp__notify_begin(&w, "$/logTrace");
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "message", str_of(message));
    if (verbose && s->trace == LSP_TRACE_VERBOSE)
        lsp_write_member_str(&w, "verbose", str_of(verbose));
    lsp_write_object_end(&w);
    lsp__notify_end(s, &w);
}

/* Called under the log's lock, on any thread: touches nothing but the out queue. */
static void log_line(void *user, log_level level, const char *line)
{
    lsp_server *s = user;
    /* MessageType: Error, Warning, Info, Log. */
    lsp_writer w;
    lsp__notify_begin(&w, "window/logMessage");
    lsp_write_object_begin(&w);
    lsp_write_member_int(&w, "type", level > LOG_INFO ? 4 : (int)level);
    lsp_write_member_str(&w, "message", str_of(line));
    lsp_write_object_end(&w);
    lsp__notify_end(s, &w);
}

void lsp__log_to_client(lsp_server *s)
{
    log_set_sink(log_line, s);
}
