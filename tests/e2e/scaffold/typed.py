"""Round trips of the compiled languages: all samples in one call of the compiler, then all in one run."""
import os
from pathlib import Path

from harness import Target, check, need, run, skip

JARS = "/usr/share/java"


class Compiled(Target):
    """`main` is a program that reads sample.json in each folder given and writes out.json beside it."""

    def roundtrip(self, case):
        return (case.folder / "out.json").read_text(encoding="utf-8")

    def folders(self, cases):
        return [str(c.folder) for c in cases]


HOMES = ('[{"id": 1, "home": {"zip": 7, "tags": [{"text": "a", "weight": 1.5}], "floor": null}},\n'
         ' {"id": 2, "home": {"zip": 8, "country": "NO", "tags": [{"text": "b", "weight": 2.25}], "floor": -1}}]')


class Java(Compiled):
    """One class per sample would clash, so each sample has its package."""
    name = "java"

    def more_cases(self, generate):
        """A record of the project in the place of one of ours, and one inside a class for another."""
        path, places = self.work / "homes.json", self.work / "places"
        places.mkdir()
        (places / "Home.java").write_text("package places;\n\nimport java.util.List;\n\n"
                                          "public record Home(String country, List<Tag> tags, int zip, Integer floor) {\n"
                                          "    public record Tag(String text, Double weight) {}\n}\n")
        path.write_text(HOMES)
        return [generate(self.tool, self.name, path, self.work / "s_homes", "--own",
                         "java places.Home(String country,List<Tag> tags,int zip,Integer floor)\n"
                         "java places.Home.Tag(String text,Double weight)\n")]

    def prepare(self, cases):
        javac, java = need("javac"), need("java")
        path = ":".join(f"{JARS}/jackson-{part}.jar" for part in ("core", "databind", "annotations"))
        if not Path(JARS, "jackson-databind.jar").exists():
            skip("libjackson2-databind-java is not installed")
        body = []
        for c in cases:
            source = c.folder / "SampleJson.java"
            source.write_text(f"package {c.id};\n" + source.read_text())
            body.append(f'        run("{c.folder}", text -> {c.id}.SampleJson.serialize({c.id}.SampleJson.parse(text)));\n')
        (self.work / "Main.java").write_text(
            "import java.nio.file.*;\nimport java.util.function.UnaryOperator;\n"
            "public final class Main {\n"
            "    static void run(String folder, UnaryOperator<String> trip) throws Exception {\n"
            "        String text = Files.readString(Path.of(folder, \"sample.json\"));\n"
            "        if (text.startsWith(\"\\uFEFF\")) {\n            text = text.substring(1);\n        }\n"
            "        try {\n"
            "            Files.writeString(Path.of(folder, \"out.json\"), trip.apply(text));\n"
            "        } catch (RuntimeException e) {\n"
            "            throw new IllegalStateException(folder, e);\n"
            "        }\n    }\n"
            "    public static void main(String[] arguments) throws Exception {\n" + "".join(body) + "    }\n}\n")
        sources = [str(c.folder / "SampleJson.java") for c in cases] + [str(p) for p in self.work.glob("places/*.java")]
        check(run([javac, "-Xlint:all", "-Werror", "-proc:none", "-J-XX:TieredStopAtLevel=1", "-cp", path, "-d",
                   str(self.work / "classes"), "Main.java", *sources], cwd=self.work), "javac -Xlint:all")
        check(run([java, "-XX:TieredStopAtLevel=1", "-cp", f"{path}:{self.work / 'classes'}", "Main"]), "java")


class Kotlin(Compiled):
    name = "kotlin"
    few = True

    def more_cases(self, generate):
        """A class of the project in the place of one of ours, with a member more."""
        path = self.work / "homes.json"
        path.write_text(HOMES)
        (self.work / "Home.kt").write_text("package places\n\nclass Tag(val text: String, var weight: Double?)\n"
                                           "data class Home(val country: String?, val tags: List<Tag>, val zip: Int,\n"
                                           "                val floor: Int?, val other: String = \"x\")\n")
        return [generate(self.tool, self.name, path, self.work / "s_homes", "--own",
                         "kotlin places.Home(String? country,List<Tag> tags,Int zip,Int? floor)\n"
                         "kotlin places.Tag(String text,Double? weight)\n")]

    def prepare(self, cases):
        kotlinc, java = need("kotlinc"), need("java")
        for c in cases:
            source = c.folder / "SampleJson.kt"
            source.write_text(f"package {c.id}\n" + source.read_text())
        trips = "".join(f'    run("{c.folder}") {{ {c.id}.SampleJson.serialize({c.id}.SampleJson.parse(it)) }}\n'
                        for c in cases)
        (self.work / "Main.kt").write_text(
            "import java.io.File\n"
            "fun run(folder: String, trip: (String) -> String) {\n"
            '    val text = File(folder, "sample.json").readText().trimStart(0xFEFF.toChar())\n'
            '    File(folder, "out.json").writeText(trip(text))\n'
            "}\nfun main() {\n" + trips + "}\n")
        done = run([kotlinc, "-J-Xss64m", "-J-XX:TieredStopAtLevel=1", "-nowarn", "-d", "classes", "Main.kt",
                    *[str(c.folder / "SampleJson.kt") for c in cases],
                    *[str(p) for p in self.work.glob("Home.kt")]], cwd=self.work)
        check(done, "kotlinc")
        check(run([java, "-XX:TieredStopAtLevel=1", "-cp", f"classes:{JARS}/kotlin-stdlib.jar", "MainKt"],
                  cwd=self.work), "java")


class CSharp(Compiled):
    name = "csharp"
    rejects = True

    def more_cases(self, generate):
        """Classes of the project, one made by its constructor, and one inside a class."""
        path = self.work / "homes.json"
        path.write_text(HOMES)
        (self.work / "Home.cs").write_text(
            "using System.Collections.Generic;\nnamespace Places\n{\n    public class Home\n    {\n"
            "        public string Country { get; set; }\n        public IList<Tag> Tags { get; set; }\n"
            "        public int Zip;\n        public int? Floor { get; set; }\n"
            "        public class Tag\n        {\n"
            "            public Tag(string Text, double Weight)\n            {\n"
            "                this.Text = Text;\n                this.Weight = Weight;\n            }\n"
            "            public string Text { get; private set; }\n"
            "            public double Weight { get; private set; }\n        }\n    }\n}\n")
        return [generate(self.tool, self.name, path, self.work / "s_homes", "--own",
                         "csharp Places.Home{string Country,IList<Tag> Tags,int Zip,int? Floor}\n"
                         "csharp Places.Home.Tag(string Text,double Weight)\n")]

    def prepare(self, cases):
        mcs, mono = need("mcs"), need("mono")
        for c in cases:
            source = c.folder / "SampleJson.cs"
            head, body = source.read_text().split("public static class", 1)
            source.write_text(f"namespace {c.id}\n{{\n{head}public static class{body}}}\n")
        trips = "".join(f'        Run("{c.folder}", t => {c.id}.SampleJson.Serialize({c.id}.SampleJson.Parse(t)));\n'
                        for c in cases)
        (self.work / "Main.cs").write_text(
            "using System;\nusing System.IO;\npublic static class Program\n{\n"
            "    static void Run(string folder, Func<string, string> trip)\n    {\n"
            '        File.WriteAllText(folder + "/out.json", trip(File.ReadAllText(folder + "/sample.json")));\n'
            "    }\n    public static void Main()\n    {\n" + trips + "    }\n}\n")
        check(run([mcs, "-warn:4", "-warnaserror", "-r:System.Numerics", "-out:main.exe", "Main.cs",
                   *[str(c.folder / "SampleJson.cs") for c in cases],
                   *[str(p) for p in self.work.glob("Home.cs")]], cwd=self.work), "mcs -warn:4")
        check(run([mono, "main.exe"], cwd=self.work), "mono")


class Php(Compiled):
    """One process for all: each sample gets a namespace of its own."""
    name = "php"
    rejects = True

    def prepare(self, cases):
        php = need("php")
        for c in cases:
            source = c.folder / "Sample.php"
            source.write_text(source.read_text().replace("namespace SampleJson;", f"namespace {c.id};", 1))
        (self.work / "main.php").write_text(
            "<?php\nerror_reporting(E_ALL);\n"
            "set_error_handler(fn($n, $text, $file, $line) => throw new ErrorException($text, 0, $n, $file, $line));\n"
            "foreach (array_slice($argv, 1) as $folder) {\n"
            "    require \"$folder/Sample.php\";\n"
            "    $name = basename($folder);\n"
            "    $text = preg_replace('/^\\xEF\\xBB\\xBF/', '', file_get_contents(\"$folder/sample.json\"));\n"
            "    file_put_contents(\"$folder/out.json\", "
            "(\"$name\\\\serializeSample\")((\"$name\\\\parseSample\")($text)));\n"
            "}\n")
        done = run([php, "-n", "-d", "display_errors=stderr", "-d", "zend.assertions=1", "main.php", *self.folders(cases)],
                   cwd=self.work)
        done.returncode = done.returncode or len(done.stderr)
        check(done, "php")


class Cpp(Compiled):
    """All headers in one translation unit, a namespace each."""
    name = "cpp"

    def prepare(self, cases):
        compiler = need("g++")
        if not Path("/usr/include/nlohmann/json.hpp").exists():
            skip("nlohmann-json3-dev is not installed")
        lines = ['#include <fstream>', '#include <iostream>', '#include <sstream>']
        for c in cases:
            header = c.folder / "sample.hpp"
            header.write_text(header.read_text().replace("namespace sample_json {", f"namespace {c.id} {{", 1))
            lines.append(f'#include "{c.id}/sample.hpp"')
        lines += ["template <class F> void trip(const std::string &folder, F f) {",
                  '    std::stringstream text;', '    text << std::ifstream(folder + "/sample.json").rdbuf();',
                  "    std::string whole = text.str();",
                  '    if (whole.rfind("\\xEF\\xBB\\xBF", 0) == 0) whole.erase(0, 3);',
                  "    try {", '        std::ofstream(folder + "/out.json") << f(whole);',
                  "    } catch (const std::exception &e) {",
                  '        std::cerr << folder << ": " << e.what() << "\\n";', "        std::exit(1);", "    }", "}",
                  "int main() {"]
        lines += [f'    trip("{c.folder}", [](const std::string &t) {{ return {c.id}::serialize_sample({c.id}::parse_sample(t)); }});'
                  for c in cases]
        (self.work / "main.cpp").write_text("\n".join(lines + ["}", ""]))
        check(run([compiler, "-std=c++17", "-O0", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror",
                   "-isystem", "/usr/include/nlohmann", "-o", "main", "main.cpp"], cwd=self.work), "g++")
        check(run(["./main"], cwd=self.work), "main")


class C(Compiled):
    """Each sample is an object of its own; the memory checkers run along."""
    name = "c"
    rejects = True
    libraries = ()
    source = "sample.c"
    names = [row + what for row in ("", "row_") for what in ("parse", "serialize", "free", "from_cjson", "to_cjson")]
    more = ""  # statements that may change `again`

    def prepare(self, cases):
        cc = need("gcc")
        lines = ["#include <stdio.h>", "#include <stdlib.h>", "#include <string.h>"]
        for c in cases:
            lines += [f"int trip_{c.id}(const char *text, size_t n, FILE *out);"]
            (c.folder / "trip.c").write_text(
                "".join(f"#define sample_{w} {c.id}_{w}\n" for w in self.names) + f'#include "{self.source}"\n'
                f"int trip_{c.id}(const char *text, size_t n, FILE *out);\n"
                f"int trip_{c.id}(const char *text, size_t n, FILE *out)\n{{\n"
                '    char error[160] = "no memory", *again;\n    size_t cut;\n'
                "    for (cut = 0; cut < n; cut += n / 40 + 1)\n        sample_free(sample_parse(text, cut, NULL));\n"
                "    void *value = sample_parse(text, n, error);\n    again = sample_serialize(value);\n" + self.more +
                '    if (!again) {\n        fprintf(stderr, "%s\\n", error);\n        return 1;\n    }\n'
                "    fputs(again, out);\n    free(again);\n    sample_free(value);\n    return 0;\n}\n")
        lines += ["static int run(const char *folder, int (*trip)(const char *, size_t, FILE *))", "{",
                  "    static char text[8 << 20], path[4096];", "    const char *at = text;", "    int rc;",
                  '    snprintf(path, sizeof path, "%s/sample.json", folder);', '    FILE *f = fopen(path, "rb");',
                  "    size_t n = fread(text, 1, sizeof text, f);", "    fclose(f);",
                  '    if (n >= 3 && memcmp(at, "\\xEF\\xBB\\xBF", 3) == 0) {', "        at += 3;", "        n -= 3;", "    }",
                  '    snprintf(path, sizeof path, "%s/out.json", folder);', '    f = fopen(path, "wb");',
                  "    rc = trip(at, n, f);", "    fclose(f);", "    if (rc)", '        fprintf(stderr, "%s\\n", folder);',
                  "    return rc;", "}", "int main(void)", "{", "    int rc = 0;"]
        lines += [f'    rc |= run("{c.folder}", trip_{c.id});' for c in cases] + ["    return rc;", "}", ""]
        (self.work / "main.c").write_text("\n".join(lines))
        check(run([cc, "-std=c11", "-O0", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-Wall", "-Wextra",
                   "-Wpedantic", "-Wshadow", "-Wconversion", "-Wstrict-prototypes", "-Wmissing-prototypes", "-Werror",
                   "-o", "main", "main.c", *[str(c.folder / "trip.c") for c in cases], *self.libraries],
                  cwd=self.work), "gcc -Wall -Wextra")
        check(run(["./main"], cwd=self.work), "main")


class CCjson(C):
    """The same with cJSON."""
    name = "c-cjson"
    libraries = ("-lcjson",)
    source = "sample_cjson.c"
    few = True  # only the reader and the writer differ from those of C
    more = ("    cJSON *tree = sample_to_cjson(value);\n    void *other = sample_from_cjson(tree, error);\n    cJSON_Delete(tree);\n"
            "    free(again);\n    again = sample_serialize(other);\n    sample_free(other);\n")


TARGETS = (Java, Kotlin, CSharp, Php, Cpp, C, CCjson)
