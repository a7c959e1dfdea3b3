#include "lsp/cli_help.h"

#include <string.h>

static const char overview[] =
    "artel " ARTEL_VERSION ": code completion that runs on this machine and tells nobody\n"
    "\n"
    "  artel lsp                       serve an editor over standard input and output\n"
    "  artel complete FILE:LINE:COL    complete at that place\n"
    "  artel explain FILE:LINE:COL     what the code there means\n"
    "  artel scaffold SAMPLE... --to T  types, SQL, clients and more from sample JSON\n"
    "  artel model info [FILE]         what a model file is made of\n"
    "  artel model quantize IN OUT     write it smaller\n"
    "  artel model perplexity FILE     how well it predicts a text\n"
    "  artel model logits              what it expects after each token of standard input\n"
    "  artel index [DIR]               what a project defines and uses, kept for completions\n"
    "  artel bench                     how fast the model runs here\n"
    "  artel tokenize [FILE]           token ids of standard input\n"
    "  artel replay TASKS.jsonl        how often hidden code is completed right\n"
    "  artel help [COMMAND]            this text, or all about one command\n"
    "  artel --version\n"
    "\n"
    "Without --model the built-in model is used. Exit status: 0 done, 1 failed, 2 wrong usage,\n"
    "3 nothing to show.\n";

static const struct {
    const char *command;
    const char *text;
} texts[] = {
    {"lsp",
     "artel lsp [--model FILE] [--log-level error|warning|info|debug]\n"
     "\n"
     "Speaks the Language Server Protocol 3.18 on standard input and output until the editor ends "
     "it.\n"
     "Editors start it themselves; README.md has their configurations.\n"
     "\n"
     "  -m, --model FILE       a GGUF model instead of the built-in one\n"
     "  -l, --log-level LEVEL  what the client's log is told (default: info)\n"
     "      --stdio            accepted, since some editors pass it; there is no other way\n"},
    {"complete",
     "artel complete [options] FILE:LINE:COL\n"
     "\n"
     "Prints what would come next at that place. LINE and COL count from 1, COL in characters, one "
     "past\n"
     "the last is allowed. FILE:LINE is the end of the line, FILE the end of the file, '-' "
     "standard input.\n"
     "\n"
     "  -n, --number N    up to N different suggestions (1 to 8; default 1)\n"
     "  -s, --show        show them in their place, with timings\n"
     "  -b, --blind       hide what stands right of the cursor on its line, and show it "
     "afterwards\n"
     "  -j, --json        one JSON object: items, byte ranges, confidence, timings\n"
     "  -m, --model FILE  a GGUF model instead of the built-in one\n"
     "\n"
     "Exit status 3 and a reason on standard error when there is nothing to suggest.\n"},
    {"explain",
     "artel explain [options] FILE[:LINE[:COL]][-LINE:COL]\n"
     "artel explain [options] --lang LANG CODE\n"
     "artel explain --list [LANG]\n"
     "\n"
     "Says what code means: the construct at a place, all that a line or a selection holds, an "
     "outline\n"
     "of a file, or code given as a word. Computed from the syntax tree and what is written in\n"
     "grammars/*/explain.txt; no model is asked. LINE and COL count from 1, COL in characters.\n"
     "\n"
     "  -v, --level N    1 one sentence, 2 a card (default), 3 everything, with what is around\n"
     "  -i, --in LANG    show the same idea in this language too\n"
     "  -l, --lang LANG  the language of CODE; also cron, declaration (of C), glob, printf, "
     "regex,\n"
     "                   selector (of CSS), shell, strftime\n"
     "      --list       the languages, or what is explained of one\n"
     "\n"
     "Exit status 3 when nothing at that place needs explaining.\n"},
    {"scaffold",
     "artel scaffold [SAMPLE...] --to TARGET[,TARGET...] [-o FOLDER] [options]\n"
     "artel scaffold [SAMPLE...] --explain\n"
     "artel scaffold --list\n"
     "\n"
     "Writes the program around an endpoint's answer. A sample is a file or a folder of files with "
     "JSON,\n"
     "NDJSON, JSON with comments, a JavaScript or Python literal, a saved HTTP response or a HAR "
     "file;\n"
     "several samples are several answers of the same thing. Without one, or with '-', standard "
     "input.\n"
     "\n"
     "  -t, --to TARGETS     what to write; --list shows the names\n"
     "  -o, --output FOLDER  where to; without it the one file goes to standard output\n"
     "  -n, --name NAME      of the top-level type and the files (default: from the sample)\n"
     "      --at POINTER     JSON pointer to start from, as in /data/items; '-' is every item\n"
     "      --explain        what was seen in every place, how often, and what was decided why\n"
     "      --diff           show what would change in FOLDER, write nothing\n"
     "      --conflicts      where your changes and the new version meet, write both between "
     "markers\n"
     "      --hints FILE     what places are, whatever the rules say (default: NAME.hints.json "
     "beside the\n"
     "                       sample): {\"/items/-/tags\": \"list\"}; map, record, list or tuple\n"
     "      --merge-similar  one type for records of one name that share 3/4 of their keys\n"
     "      --no-fit         write as each target does, not as the files around FOLDER are "
     "written\n"
     "      --no-enums  --no-maps  --no-unions\n"
     "      --strict         refuse what is not RFC 8259 JSON\n"
     "\n"
     "Every file is parsed by its language's grammar before it is written. Files that you changed "
     "are\n"
     "merged; where that cannot be done nothing is written and the status is 1. What was generated "
     "last is\n"
     "kept in the cache folder ($XDG_CACHE_HOME/artel/scaffold) for that.\n"},
    {"model",
     "artel model info [--json] [FILE]\n"
     "\n"
     "Describes a GGUF model file, or the built-in one: architecture, shapes, types, sizes, "
     "vocabulary,\n"
     "fill-in-the-middle tokens, licence. Says in one sentence what is wrong with a file it "
     "refuses.\n"
     "\n"
     "artel model quantize --type TYPE [--threads N] IN OUT\n"
     "\n"
     "Writes the F32, F16 or BF16 model IN again as OUT with smaller numbers; llama.cpp reads it "
     "too.\n"
     "OUT appears when it is whole. Norms and biases stay F32; the matrix that makes the logits "
     "gets\n"
     "at least Q6_K.\n"
     "\n"
     "  -t, --type TYPE  Q8_0 (next to no loss), Q6_K, Q5_K, Q4_K (the usual choice) or Q4_0;\n"
     "                   Q4_K and Q5_K are the mixtures that llama.cpp calls Q4_K_M and Q5_K_M\n"
     "  -n, --threads N  1 to 8 (default: one per processor)\n"
     "\n"
     "artel model perplexity [--ctx N] [--stride N] [--threads N] [--json] [MODEL] FILE\n"
     "\n"
     "How well a model predicts a text ('-' is standard input): mean nats per token, bits per byte "
     "and\n"
     "perplexity, with their standard errors. Only bits per byte compare models of different "
     "vocabularies.\n"
     "\n"
     "  -c, --ctx N     tokens seen at once (default 512, or what the model was trained with)\n"
     "  -s, --stride N  tokens scored per window; the rest of it is only read (default: half)\n"
     "\n"
     "artel model logits [--ids FILE] [--top N] [--json] [MODEL]\n"
     "\n"
     "For each token of standard input: position, id, text, the natural logarithm of the "
     "probability that\n"
     "the tokens before gave it ('-' for the first), then the likeliest next tokens the same way.\n"
     "Nothing is put before the text.\n"
     "\n"
     "  -i, --ids FILE  token ids instead of text ('-' is standard input)\n"
     "  -t, --top N     how many next tokens (0 to 1000; default 5)\n"
     "\n"
     "artel model bench [FILE], artel model tokenize [FILE]\n"
     "\n"
     "The same as 'artel bench' and 'artel tokenize'.\n"},
    {"index",
     "artel index [--stats|--rebuild] [--json] [--threads N] [DIR]\n"
     "\n"
     "Brings the index of a project up to date: the definitions, uses, imports and words of what "
     "git\n"
     "lists, or of what a walk finds where there is no git. Left out: what .gitignore and "
     ".artelignore\n"
     "exclude, files that hold secrets by their name, binary files, files over 1 MB, submodules. "
     "Secrets\n"
     "in other files are masked before anything is read. The index is one file in "
     "$XDG_CACHE_HOME/artel/index\n"
     "or ~/.cache/artel/index; it may be removed at any time.\n"
     "\n"
     "  -s, --stats      what the index has, without reading the project\n"
     "  -r, --rebuild    read everything anew\n"
     "  -j, --json       one JSON object\n"
     "  -t, --threads N  1 to 16 (default: as many as there are processors, at most 4)\n"
     "\n"
     "Exit status 3 when --stats finds no index.\n"},
    {"bench",
     "artel bench [--threads N] [--json] [--model FILE | FILE]\n"
     "\n"
     "Measures reading (prompts) and writing (generation) in tokens per second at several sizes, "
     "the\n"
     "processor time they take, and how near generation comes to reading the weights alone.\n"},
    {"tokenize", "artel tokenize [--ids|--pieces] [FILE]\n"
                 "\n"
                 "Reads text from standard input and prints its token ids in the vocabulary of "
                 "FILE (a model or a\n"
                 "vocabulary-only GGUF file), or of the built-in model. No BOS; special tokens are "
                 "plain text.\n"
                 "\n"
                 "  --ids      ids only, separated by spaces (default)\n"
                 "  --pieces   one line per token: id, tab, its text\n"},
    {"replay",
     "artel replay [--limit N] [--json] [--model FILE] [--repos DIR] [--without PARTS] "
     "[--verbose]\n"
     "             TASKS.jsonl\n"
     "\n"
     "Completes hidden code and compares. Each line of the file is one task, a JSON object with "
     "prefix,\n"
     "suffix, target, and where known language, package and path. '-' reads standard input.\n"
     "\n"
     "  exact       the whole rest of the line is right\n"
     "  1st word    its first word is: what accepting by word gives\n"
     "  similarity  1 - edit distance / length\n"
     "  kept/task   bytes before the first difference\n"
     "  --repos     the other files of each task's package, in the folder DIR/PACKAGE, are known\n"
     "  --without   some of written,habit,others,model: what these parts are worth\n"
     "  -v          every task on standard error\n"},
};

bool cli_help_print(FILE *to, const char *command)
{
    if (!command) {
        fputs(overview, to);
        return true;
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (strcmp(command, texts[i].command) == 0) {
            fputs(texts[i].text, to);
            return true;
        }
    }
    return false;
}
