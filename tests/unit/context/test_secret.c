/* The secrets here are made at run time from a prefix and random characters, so that the source
 * holds none. */
#include "tests/unit/test.h"

#include "context/secret.h"

static const char lower_hex[] = "0123456789abcdef";
static const char alnum[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
static const char upper_digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const char url_safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const char printable[] = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789!#^*_-+=";

static uint32_t seed = 12345;

static uint32_t next_random(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 9;
}

/* n random characters of `from`; every kind of letter is present. */
static void append_random(buf *b, const char *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_append_byte(b, from[next_random() % strlen(from)]);
}

/* `format` with each %X replaced: %h hex, %a alnum, %u upper and digits, %s url-safe, %b base64, %l
 * letters, %p printable, each followed by a count in braces: "%a{36}". %% is a percent sign. */
static void build(buf *b, const char *format)
{
    for (const char *f = format; *f; f++) {
        if (f[0] == '%' && f[1] && f[2] == '{') {
            const char *from = f[1] == 'h'   ? lower_hex
                               : f[1] == 'a' ? alnum
                               : f[1] == 'u' ? upper_digit
                               : f[1] == 's' ? url_safe
                               : f[1] == 'b' ? base64
                               : f[1] == 'l' ? letters
                                             : printable;
            append_random(b, from, (size_t)strtoul(f + 3, NULL, 10));
            f = strchr(f, '}');
        } else {
            buf_append_byte(b, *f);
        }
    }
}

/* Secrets: `before` + `secret` + `after`, of which exactly `secret` must be found. */
static const struct {
    const char *before, *secret, *after;
    enum ctx_secret_kind kind;
} secrets[] = {
    {"key = \"", "AKIA%u{16}", "\"", CTX_SECRET_TOKEN},
    {"aws_secret_access_key = ", "%b{40}", "\n", CTX_SECRET_VALUE},
    {"AWS_SECRET_ACCESS_KEY=", "%b{40}", "\n", CTX_SECRET_VALUE},
    {"token: ", "ghp_%a{36}", "\n", CTX_SECRET_TOKEN},
    {"git clone https://x:", "gho_%a{36}", "@github.com/a/b", CTX_SECRET_URL},
    {"\"", "github_pat_%a{22}_%a{59}", "\"", CTX_SECRET_TOKEN},
    {"PRIVATE-TOKEN: ", "glpat-%s{20}", "\n", CTX_SECRET_TOKEN},
    {"'", "xoxb-%d{0}1234567890-%a{24}", "'", CTX_SECRET_TOKEN},
    {"key=", "AIza%s{35}", "&q=1", CTX_SECRET_TOKEN},
    {"secret: ", "GOCSPX-%s{28}", "\n", CTX_SECRET_TOKEN},
    {"stripe.api_key = '", "sk_live_%a{24}", "'", CTX_SECRET_TOKEN},
    {"stripe.api_key = '", "sk_test_%a{24}", "'", CTX_SECRET_TOKEN},
    {"//registry/:_authToken=", "npm_%a{36}", "\n", CTX_SECRET_TOKEN},
    {"password = ", "pypi-AgEIcHlwaS5vcmc%s{70}", "\n", CTX_SECRET_TOKEN},
    {"(", "hf_%l{34}", ")", CTX_SECRET_TOKEN},
    {"x = ", "sk-proj-%a{48}", ";", CTX_SECRET_TOKEN},
    {"x = ", "SG.%s{22}.%s{43}", ";", CTX_SECRET_TOKEN},
    {"bot(\"", "987654321:AA%s{33}", "\")", CTX_SECRET_TOKEN},
    {"DO: ", "dop_v1_%h{64}", "\n", CTX_SECRET_TOKEN},
    {"Bearer ", "eyJhbGciOiJIUzI1NiJ9.eyJ%s{40}.%s{43}", "\n", CTX_SECRET_JWT},
    {"postgres://app:", "q%p{12}x", "@db.internal:5432/app", CTX_SECRET_URL},
    {"mongodb+srv://root:", "%a{16}", "@cluster0.mongodb.net/?w=1", CTX_SECRET_URL},
    {"amqp://svc:", "hunter2", "@mq:5672/%2f", CTX_SECRET_URL},
    {"DB_PASSWORD=", "aQ7-%a{14}9Z", "\n", CTX_SECRET_VALUE},
    {"password: \"", "Tr0ub4dor&%p{3}", "\"", CTX_SECRET_VALUE},
    {"const clientSecret = '", "%s{40}", "';", CTX_SECRET_VALUE},
    {"\"api_key\": \"", "%h{32}", "\",", CTX_SECRET_VALUE},
    {"x-api-key: ", "%a{40}", "\r\n", CTX_SECRET_VALUE},
    {"spring.datasource.password=", "mX9_%a{16}", "\n", CTX_SECRET_VALUE},
    {"<password>", "k3Y#%a{14}", "</password>", CTX_SECRET_VALUE},
    {"Authorization: Bearer ", "%a{40}", "\n", CTX_SECRET_VALUE},
    {"headers[\"Authorization\"] = \"Bearer ", "%a{40}", "\"", CTX_SECRET_VALUE},
    {"AccountKey=", "%b{86}==", ";EndpointSuffix=core", CTX_SECRET_VALUE},
    {"setPassword(\"", "Zq4!%p{12}", "\")", CTX_SECRET_VALUE},
    {"mysql --password=", "Zq4%a{12}7", " db", CTX_SECRET_VALUE},
    {"SECRET_KEY = '", "django-insecure-%p{40}", "'", CTX_SECRET_VALUE},
    {"-----BEGIN RSA PRIV"
     "ATE KEY-----",
     "\n%b{64}\n%b{64}\n%b{30}==\n",
     "-----END RSA PRIV"
     "ATE KEY-----\n",
     CTX_SECRET_PRIVATE_KEY},
    {"\"private_key\": \"-----BEGIN PRIV"
     "ATE KEY-----",
     "\\n%b{64}\\n%b{40}\\n",
     "-----END PRIV"
     "ATE KEY-----\\n\"",
     CTX_SECRET_PRIVATE_KEY},
    {"-----BEGIN OPENSSH PRIV"
     "ATE KEY-----",
     "\n%b{70}\n%b{70}\n", "", CTX_SECRET_PRIVATE_KEY},
};

static void test_secret__finds_exactly_the_secret(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        for (int round = 0; round < 20; round++) {
            buf b, masked;
            buf_init(&b, 1 << 20);
            buf_init(&masked, 1 << 20);
            buf_append(&b, STR("int main(void)\n{\n    "));
            buf_append(&b, str_of(secrets[i].before));
            size_t begin = b.len;
            build(&b, secrets[i].secret);
            size_t end = b.len;
            buf_append(&b, str_of(secrets[i].after));
            struct ctx_secret_span s = {0};
            bool found = ctx_secret_next(buf_view(&b), 0, &s);
            if (!found || s.begin != begin || s.end != end || s.kind != secrets[i].kind) {
                print_error("%.*s\nfound %d: [%zu, %zu) kind %d %s, want [%zu, %zu) kind %d\n",
                            STR_ARG(buf_view(&b)), found, s.begin, s.end, (int)s.kind,
                            s.what ? s.what : "", begin, end, (int)secrets[i].kind);
                fail();
            }
            assert_int_equal(ctx_secret_mask(&masked, buf_view(&b)), 1);
            assert_int_equal(masked.len, b.len);
            assert_false(ctx_secret_any(buf_view(&masked)));
            assert_memory_equal(masked.ptr, b.ptr, begin);
            assert_memory_equal(masked.ptr + end, b.ptr + end, b.len - end);
            buf_release(&b);
            buf_release(&masked);
        }
    }
}

/* Look-alikes, which honest files are full of. */
static const char *const harmless[] = {
    "\"integrity\": \"sha512-%b{86}==\",",
    "checksum = \"%h{64}\"",
    "    \"resolved\": \"https://packages.example/a/-/a-1.0.0.tgz#%h{40}\"",
    "flask==2.0 --hash=sha256:%h{64}",
    "github.com/a/b v1.2.3 h1:%b{43}=",
    "uses: actions/checkout@%h{40}",
    "commit %h{40}",
    "\"id\": \"%h{8}-%h{4}-4%h{3}-a%h{3}-%h{12}\"",
    "request_token: %h{8}-%h{4}-4%h{3}-a%h{3}-%h{12}",
    "data:image/png;base64,iVBORw0KGgo%b{200}",
    "static const char test_data[] = \"%b{120}\";",
    "expected = \"%b{76}\"",
    "const hash = '%h{64}';",
    "ETag: \"%h{32}\"",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI%b{43} user@host",
    "-----BEGIN CERTIFICATE-----\n%b{64}\n%b{64}\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\n%b{64}\n%b{64}\n-----END PUBLIC KEY-----",
    "if (strstr(text, \"-----BEGIN RSA PRIV"
    "ATE KEY-----\")) return parse(text);",
    "public_key = \"%b{64}\"",
    "cache_key = \"%h{32}\"",
    "primary_key=True, foreign_key='users.id2'",
    "password = os.environ[\"DB_PASSWORD\"]",
    "password = getpass.getpass(\"Password: \")",
    "password: ${DB_PASSWORD}",
    "password: {{ vault_db_password_2024 }}",
    "password = \"%s\"",
    "const password = process.env.PASSWORD_V2;",
    "String password = config.get(\"db.password1\");",
    "char *password = NULL, *secret = buffer1 + offset2;",
    "password=changeme123!",
    "api_key: YOUR_API_KEY_HERE_1234",
    "api_key = \"your-api-key-1234567890abcdef\"",
    "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
    "token = \"access_token_name\"",
    "secretName: my-service-secret-v2",
    "PASSWORD_MIN_LENGTH = 12345678",
    "tokenizer = \"Qwen2Tokenizer7B-fast\"",
    "max_tokens: 1234567890123456",
    "token_type: Bearer",
    "next_token(lexer, TOKEN_IDENTIFIER_1)",
    "case TOKEN_KEY: return \"kX9#mmQ2vv\";",
    "postgres://user:password@localhost/db",
    "https://user:${TOKEN}@github.com/",
    "http://localhost:8080/@user",
    "mailto://a:b c@d",
    "ghp_short, glpat-, sk_live_, npm_config_cache_directory_name_for_builds",
    "std::string passwordFieldLabel = \"Passwort (mindestens 8 Zeichen)\";",
    "type=\"password\" name=\"user_password2\" id=\"Password-Field-2\"",
    "self.assertEqual(token, 'abc')",
    "eyJust.some.text and eyJ.eyJ.x",
    "time 12:34:56 at 123456789:AB",
    "xoxb- is how they begin",
    "AIzazel",
    "",
};

static void test_secret__leaves_look_alikes_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        for (int round = 0; round < 20; round++) {
            buf b;
            buf_init(&b, 1 << 20);
            build(&b, harmless[i]);
            struct ctx_secret_span s;
            if (ctx_secret_next(buf_view(&b), 0, &s)) {
                print_error("%.*s\nfound [%zu, %zu) %s\n", STR_ARG(buf_view(&b)), s.begin, s.end,
                            s.what);
                fail();
            }
            buf_release(&b);
        }
    }
}

static void test_secret__finds_several(void **state)
{
    (void)state;
    buf b, masked;
    buf_init(&b, 1 << 16);
    buf_init(&masked, 1 << 16);
    build(&b, "a=ghp_%a{36}\nb=AKIA%u{16} redis://u:q%a{12}1@h\npassword: '%p{12}aA1!'\n");
    assert_int_equal(ctx_secret_mask(&masked, buf_view(&b)), 4);
    struct ctx_secret_span s = {0};
    size_t last = 0;
    while (ctx_secret_next(buf_view(&b), last, &s)) {
        assert_true(s.begin >= last && s.end > s.begin && s.end <= b.len);
        last = s.end;
    }
    buf_release(&b);
    buf_release(&masked);
}

static void test_secret__survives_any_bytes(void **state)
{
    (void)state;
    static const char nasty[] = "-----BEGIN PRIVATE KEY://:@=\"'password:token=eyJ.AKIA \n\\\0\xFF";
    for (int round = 0; round < 20000; round++) {
        char text[96];
        size_t n = next_random() % sizeof text;
        for (size_t i = 0; i < n; i++)
            text[i] = nasty[next_random() % sizeof nasty];
        char *exact = malloc(n + 1); /* so that reading past the end is seen */
        char *view = exact + 1;
        memcpy(view, text, n);
        struct ctx_secret_span s;
        size_t at = 0;
        while (ctx_secret_next((str_view){view, n}, at, &s)) {
            assert_true(s.begin >= at && s.end > s.begin && s.end <= n);
            at = s.end;
        }
        free(exact);
    }
}

static void test_secret__names_of_files(void **state)
{
    (void)state;
    static const char *const secret[] = {
        ".env",
        "app/.env.production",
        "deploy/prod.env",
        "/home/u/.ssh/id_rsa",
        "id_ed25519",
        "server.pem",
        "tls/Server.KEY",
        "a.p12",
        "k.jks",
        ".netrc",
        ".npmrc",
        "x/.pypirc",
        ".aws/credentials",
        "home/.aws/config",
        ".docker/config.json",
        ".kube/config",
        "kubeconfig",
        "credentials.json",
        "config/master.key",
        "config/secrets.yml",
        "terraform.tfstate",
        "service-account-prod.json",
        "client_secret_123.json",
        ".git-credentials",
        ".htpasswd",
        "vault.kdbx",
        ".gnupg/secring",
        "release.keystore",
    };
    static const char *const open[] = {
        "config.json",
        "settings.json",
        "package-lock.json",
        ".env.example",
        ".env.sample",
        "env.py",
        "environment.ts",
        "secrets.py",
        "secret.c",
        "credentials.go",
        "key.rs",
        "keys.json",
        "keyboard.c",
        "monkey.py",
        "src/env/mod.rs",
        "id_rsa.pub",
        ".ssh/known_hosts",
        ".docker/Dockerfile",
        "tokens.css",
        "token.go",
        "password.tsx",
        "pem.c",
        "docs/credentials.md",
        "Cargo.lock",
        "",
        "/",
        "credentials/index.ts",
    };
    for (size_t i = 0; i < sizeof secret / sizeof secret[0]; i++)
        if (!ctx_secret_path(str_of(secret[i])))
            fail_msg("%s must be left out", secret[i]);
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
        if (ctx_secret_path(str_of(open[i])))
            fail_msg("%s must be read", open[i]);
}

TEST_MAIN(cmocka_unit_test(test_secret__finds_exactly_the_secret),
          cmocka_unit_test(test_secret__leaves_look_alikes_alone),
          cmocka_unit_test(test_secret__finds_several),
          cmocka_unit_test(test_secret__survives_any_bytes),
          cmocka_unit_test(test_secret__names_of_files))
