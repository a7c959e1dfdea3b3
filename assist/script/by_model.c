#include "assist/script/by_model.h"

#include <string.h>

#include "assist/guess/guess.h"
#include "assist/script/script_internal.h"
#include "base/utf.h"

enum {
    MAX_TOKENS = 1024,
    BUDGET_MS = 120000,
    SAID_MAX_BYTES = 64 << 10,
    COMMENT_MAX_BYTES = 2000,
    NAME_MAX_BYTES = 60,
};

#define WARNING "A model wrote this and nobody has tried it: read it, then run it with --yes."

#define GUARD_NODE                                                                                 \
    "if (process.argv[2] !== \"--yes\") {\n  console.error(\"" WARNING                             \
    "\");\n  process.exit(2);\n}\nprocess.argv.splice(2, 1);\n"

/* How a script begins, and what keeps it from running unread. */
static const struct frame {
    const char *language, *interpreter, *opening, *guard;
} frames[] = {
    {"bash", "#!/usr/bin/env bash\n", "set -euo pipefail\n",
     "if [ \"${1-}\" != --yes ]; then\n    echo '" WARNING "' >&2\n    exit 2\nfi\nshift\n"},
    {"python", "#!/usr/bin/env python3\n", "",
     "import sys\n\nif sys.argv[1:2] != [\"--yes\"]:\n    print(\"" WARNING
     "\", file=sys.stderr)\n    sys.exit(2)\ndel sys.argv[1]\n"},
    {"javascript", "#!/usr/bin/env node\n", "", GUARD_NODE},
    {"module", "#!/usr/bin/env node\n", "import process from \"node:process\";\n", GUARD_NODE},
    {"ruby", "#!/usr/bin/env ruby\n", "",
     "unless ARGV.first == \"--yes\"\n  warn \"" WARNING "\"\n  exit 2\nend\nARGV.shift\n"},
    {"perl", "#!/usr/bin/env perl\n", "use strict;\nuse warnings;\n",
     "unless (@ARGV && $ARGV[0] eq '--yes') {\n    print STDERR \"" WARNING
     "\\n\";\n    exit 2;\n}\nshift @ARGV;\n"},
};

/* What words of any of these languages do to the world. */
static const struct sign {
    scr_effect effect;
    const char *says;
    const char *words; /* separated by spaces */
} signs[] = {
    {SCR_DELETES, "deletes",
     "rm rmdir unlink shred rmtree remove rmSync unlinkSync rmdirSync rm_r rm_rf rm_f delete_all "
     "removedirs remove_tree remove_entry delete -delete"},
    {SCR_OVERWRITES, "writes or moves files",
     "mv dd tee mkfs truncate write write_text write_bytes writeFile writeFileSync appendFile "
     "createWriteStream rename renameSync copyfile move binwrite cp ln"},
    {SCR_NETWORK, "uses the network",
     "curl wget nc ncat ssh scp sftp ftp rsync requests urllib http https net fetch socket smtplib "
     "ftplib open-uri Net HTTP LWP sendmail mail axios"},
    {SCR_SYSTEM, "changes the system",
     "sudo su doas pkexec kill killall pkill systemctl service shutdown reboot chmod chown crontab "
     "mount umount apt apt-get dnf pip npm git useradd passwd iptables"},
    {SCR_SYSTEM, "runs other programs",
     "subprocess system popen Popen exec execSync spawn spawnSync child_process eval -exec "
     "xargs qx Open3"},
};

static const struct frame *frame_of(const assist_script_options *o)
{
    bool module = o->es_module && strcmp(o->language->id, "javascript") == 0;
    const char *name = module ? "module" : o->language->id;
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
        if (strcmp(frames[i].language, name) == 0)
            return &frames[i];
    return NULL;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

/* The first of `words` that `code` has as a word; empty: none. */
static str_view word_in(str_view code, str_view words)
{
    for (size_t i = 0; i < code.len;) {
        size_t end = i;
        while (end < code.len && is_word_byte(code.ptr[end]))
            end++;
        str_view word = str_slice(code, i, end), rest = words;
        while (word.len && rest.len) {
            size_t space = str_find_byte(rest, ' ');
            if (str_eq(word, str_slice(rest, 0, space)))
                return word;
            rest = str_slice(rest, space + 1, rest.len);
        }
        i = end + (end == i);
    }
    return STR("");
}

/* "deletes (rm), uses the network (curl)"; empty when no such word was seen. */
static str_view effects_of(assist_script *out, arena *a, str_view code)
{
    str_view all = STR("");
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        str_view word = word_in(code, str_of(signs[i].words));
        if (!word.len)
            continue;
        all = arena_format(a, "%.*s%s%s (%.*s)", STR_ARG(all), all.len ? ", " : "", signs[i].says,
                           STR_ARG(word));
        out->changes = out->changes || signs[i].effect != SCR_NETWORK;
        out->deletes = out->deletes || (signs[i].effect & (SCR_DELETES | SCR_OVERWRITES));
        out->network = out->network || signs[i].effect == SCR_NETWORK;
    }
    return all;
}

/* Where the script ends in what was written: models that were taught dialogues close a fence,
 * others go on with the next file. */
static size_t end_of_script(str_view said)
{
    size_t fence = str_find(said, STR("\n```")), next = str_find(said, STR("\n#!/"));
    return fence < next ? fence : next;
}

static bool past_script(void *user, str_view said)
{
    (void)user;
    return end_of_script(said) < said.len;
}

/* Text as people write it: nothing hidden, nothing that moves what stands around it. */
static bool is_plain(str_view v)
{
    while (v.len > 0) {
        size_t n = 0;
        bool valid = false;
        uint32_t c = utf8_decode(v, &n, &valid);
        bool hidden = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0) ||
                      (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
                      (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
        if (!valid || hidden)
            return false;
        v = str_slice(v, n, v.len);
    }
    return true;
}

/* The comment as one line that cannot end the comment of the script. */
static str_view as_line(arena *a, str_view comment)
{
    comment = str_slice(comment, 0, COMMENT_MAX_BYTES);
    comment.len = utf8_whole_prefix(comment);
    return scr__plain(a, comment);
}

static err_code ask(str_view *body, arena *a, const model_gguf *model, str_view prompt,
                    const struct script_by_model_options *o, err *e)
{
    struct guess_options how = {.max_tokens = o->max_tokens ? o->max_tokens : MAX_TOKENS,
                                .budget_ms = o->budget_ms ? o->budget_ms : BUDGET_MS,
                                .cancel = o->cancel,
                                .enough = past_script};
    buf said;
    bool ended = false;
    buf_init(&said, SAID_MAX_BYTES);
    err_code rc = guess_continue(&said, &ended, model, prompt, &how, e);
    str_view all = buf_view(&said);
    *body = arena_copy(a, str_trim(str_slice(all, 0, end_of_script(all))));
    buf_release(&said);
    if (rc == ERR_OK && !ended)
        return err_set(e, ERR_NOT_FOUND, "the model came to no end with this script");
    if (rc == ERR_OK && !body->len)
        return err_set(e, ERR_NOT_FOUND, "the model has nothing to write for this");
    if (rc == ERR_OK && !is_plain(*body))
        return err_set(e, ERR_NOT_FOUND, "what the model wrote for this is no plain text");
    return rc;
}

err_code assist_script_by_model(assist_script *out, arena *a, const model_gguf *model,
                                str_view comment, const assist_script_options *o,
                                const struct script_by_model_options *options, err *e)
{
    const struct frame *f = frame_of(o);
    const assist_script_language *language = o->language;
    str_view body;
    *out = (assist_script){.state = ASSIST_SCRIPT_WRITTEN};
    if (!f)
        return err_set(e, ERR_UNSUPPORTED, "a model is not asked for scripts in %s", language->id);
    err_code rc = guess_check(model, "write scripts", e);
    if (rc != ERR_OK)
        return rc;
    str_view line = as_line(a, comment);
    str_view prompt =
        arena_format(a, "%s%s %.*s\n%s", f->interpreter, language->mark, STR_ARG(line), f->opening);
    rc = ask(&body, a, model, prompt, options, e);
    if (rc != ERR_OK)
        return rc;
    str_view by = as_line(a, str_slice(guess_model_name(model), 0, NAME_MAX_BYTES));
    if (!is_plain(by))
        by = STR("without a name");
    str_view effects = effects_of(out, a, body);
    out->guessed_by = by;
    out->text = arena_format(
        a,
        "%s%s %.*s\n%s\n%s A guess of the model %.*s: no step of artel covers this, nothing of it "
        "was tried.\n%s Seen in it: %.*s.\n%s It does nothing until it is run with --yes.\n%s\n%s"
        "\n%.*s\n",
        f->interpreter, language->mark, STR_ARG(line), language->mark, language->mark, STR_ARG(by),
        language->mark, STR_ARG(effects.len ? effects : STR("no word that is known to do harm")),
        language->mark, f->opening, f->guard, STR_ARG(body));
    return arena_failed(a) ? ERR_NOMEM : ERR_OK;
}
