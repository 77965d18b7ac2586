package model_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestWalls holds the walls between the rooms up (design.md): who may import
// whom, and which library lives in which room.
func TestWalls(t *testing.T) {
	rooms := map[string][]string{ // a room and what it may import of this project
		"keydeck":                    {"assets", "backend", "model", "server", "ui"},
		"keydeck/assets":             {},
		"keydeck/model":              {"model"},
		"keydeck/backend/store":      {"assets", "model"},
		"keydeck/backend/vault":      {"model"},
		"keydeck/backend/token":      {"model"},
		"keydeck/backend/mail":       {"assets", "model"},
		"keydeck/backend/requestlog": {"backend/store", "model"},
		"keydeck/backend/traffic":    {"model"},
		"keydeck/backend":            {"assets", "backend", "model"},
		"keydeck/server/client":      {"model", "server/client"},
		"keydeck/server":             {"assets", "backend", "model", "server"},
		"keydeck/ui":                 {"assets", "model", "server/client", "ui"},
	}
	libraries := map[string][]string{ // a library and the rooms that may use it
		"database/sql":                        {"keydeck/backend/store"},
		"modernc.org/sqlite":                  {"keydeck/backend/store"},
		"charm.land/":                         {"keydeck/ui"},
		"github.com/charmbracelet/":           {"keydeck/ui"},
		"github.com/golang-jwt/":              {"keydeck/backend/token", "keydeck/model/inspect"},
		"github.com/wneessen/go-mail":         {"keydeck/backend/mail"},
		"github.com/spf13/cobra":              {"keydeck/ui/cli"},
		"github.com/prometheus/client_golang": {"keydeck/server"},
	}
	for _, p := range packages(t) {
		room := roomOf(p.ImportPath, rooms)
		if room == "" {
			t.Errorf("%s is in no room of design.md", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			inner, ours := strings.CutPrefix(imported, "keydeck/")
			if ours && !slices.ContainsFunc(rooms[room], func(may string) bool { return within(inner, may) }) {
				t.Errorf("%s imports %s; %s may import %v", p.ImportPath, imported, room, rooms[room])
			}
			if room == "keydeck/model" && !ours && strings.Contains(strings.Split(imported, "/")[0], ".") && p.ImportPath != "keydeck/model/inspect" {
				t.Errorf("%s imports %s; model is standard library only", p.ImportPath, imported)
			}
			for library, homes := range libraries {
				if (imported == library || strings.HasPrefix(imported, library)) &&
					!slices.ContainsFunc(homes, func(home string) bool { return within(p.ImportPath, home) }) {
					t.Errorf("%s imports %s, which lives in %v alone", p.ImportPath, imported, homes)
				}
			}
		}
	}
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "keydeck/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	if len(list) < 10 {
		t.Fatalf("go list found only %d packages", len(list))
	}
	return list
}

// roomOf finds the innermost room that a package is in.
func roomOf(path string, rooms map[string][]string) string {
	best := ""
	for room := range rooms {
		if within(path, room) && len(room) > len(best) && (room != "keydeck" || path == "keydeck") {
			best = room
		}
	}
	return best
}

// within reports whether path is dir or lies below it.
func within(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }
