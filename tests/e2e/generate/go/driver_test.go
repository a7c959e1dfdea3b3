package shop

import (
	"os"
	"strings"
	"testing"
)

func check(t *testing.T, ok bool, what string) {
	t.Helper()
	if !ok {
		t.Error(what)
	}
}

func TestUser(t *testing.T) {
	a, b := NewUser("Ann", 4, []string{"a"}, "s", "и"), NewUser("Ann", 4, []string{"a"}, "s", "и")
	check(t, a.Equal(b) && a.Hash() == b.Hash(), "equal")
	b.SetSecret("other")
	check(t, !a.Equal(b) && b.Secret() == "other" && !a.Equal(nil), "not equal")
	check(t, strings.Contains(a.String(), `Name="Ann", Age=4`), a.String())
	check(t, new(UserBuilder).Name("Ann").Age(4).Tags([]string{"a"}).Secret("s").Имя("и").Build().Equal(a), "builder")
	data, err := a.ToJSON()
	check(t, err == nil, "json")
	c, err := UserFromJSON(data)
	check(t, err == nil && c.Name == "Ann" && c.Tags[0] == "a", "back")
	_, err = UserFromJSON([]byte("["))
	check(t, err != nil, "bad json")
}

func TestPair(t *testing.T) {
	p := NewPair("a", 1)
	check(t, p.Equal(new(PairBuilder[string, int]).Key("a").Value(1).Build()), "pair")
}

func TestLocked(t *testing.T) {
	l := NewLocked(3)
	l.mu.Lock()
	check(t, l.Equal(NewLocked(3)) && l.String() == "Locked(Count=3)", l.String())
}

func TestOptions(t *testing.T) {
	o, err := ParseOptions([]string{"-level", "x", "-count=3", "-fast", "-names", "a,b"})
	check(t, err == nil && o.Level == "x" && o.Count == 3 && o.Fast && len(o.Names) == 2, "options")
	_, err = ParseOptions([]string{"-nonsense"})
	check(t, err != nil, "nonsense")
}

func TestEnums(t *testing.T) {
	for _, c := range []Color{ColorRed, ColorGreen} {
		back, err := ParseColor(c.String())
		check(t, err == nil && back == c, c.String())
		Paint(c)
	}
	check(t, ColorRed.String() == "Red" && Color(9).String() == "Color(9)", "names")
	_, err := ParseColor("blue")
	check(t, err != nil, "blue")
	l, err := ParseLevel("high")
	check(t, err == nil && l == High, "level")
	_, err = ParseLevel("odd")
	check(t, err != nil, "odd")
}

func TestMock(t *testing.T) {
	m := &MockStore{LoadFunc: func(string) ([]byte, error) { return []byte("x"), nil }}
	var s Store = m
	s.Save("k", 1, 2)
	got, _ := s.Load("k")
	check(t, string(got) == "x" && strings.Join(m.Calls, " ") == "Save Load", "mock")
	defer func() { check(t, recover() != nil, "not written") }()
	new(Disk).Save("k")
}

func TestDoc(t *testing.T) {
	text, _ := os.ReadFile("shop.go")
	check(t, strings.Contains(string(text), "// Price returns the price.\n//\n// It takes the count, the label, the color, the prices. The error says"), "doc")
}
