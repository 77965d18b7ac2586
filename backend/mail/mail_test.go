package mail

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

var now = time.Unix(1_700_000_000, 0)

func TestCodeMessage(t *testing.T) {
	m, err := CodeMessage("you@example.com", "042137", 10*time.Minute, now)
	if err != nil {
		t.Fatal(err)
	}
	if got := regexp.MustCompile(`\b\d{6}\b`).FindAllString(m.Subject+"\n"+m.Text, -1); len(got) != 1 || got[0] != "042137" {
		t.Errorf("groups of six digits %q, want the code alone", got)
	}
	if !strings.Contains(m.Text, "\n042137\n") {
		t.Errorf("the code has no line of its own:\n%s", m.Text)
	}
	if !strings.Contains(m.Text, "10 min") {
		t.Errorf("the text does not say how long:\n%s", m.Text)
	}
	for line := range strings.Lines(m.Text) {
		if len(line) > 78 {
			t.Errorf("a line of %d characters: %s", len(line), line)
		}
	}
	text := m.Text
	m.Text = ""
	want := Message{To: "you@example.com", Subject: "Your Keydeck sign-in code", Code: "042137", ExpiresAt: now.Add(10 * time.Minute)}
	if m != want {
		t.Errorf("message %+v, want %+v", m, want)
	}
	if strings.HasPrefix(text, "\n") || !strings.HasSuffix(text, "\n") {
		t.Errorf("text %q does not begin with text and end with a line break", text)
	}
}
