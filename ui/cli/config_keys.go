package cli

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"keydeck/ui/keymap"
)

// keysFile is the name of the dashboard's key file in the data directory.
const keysFile = "keys.toml"

// configKeysCommand checks the dashboard's key file without a dashboard.
func (a *App) configKeysCommand() *cobra.Command {
	return a.addJSONFlag(&cobra.Command{Use: "keys [FILE]", Short: "Check the file of the dashboard's keys, and list what it changes", Args: wantArgs(0, 1, "one file"),
		Long: "Read " + keysFile + " in the data directory, or FILE, as the dashboard does when it starts, and list the commands that have other keys.\n" +
			"What is wrong in it goes to standard error, and the exit code is 2: lines that cannot be read, commands that do not exist, two commands on one key.",
		Example: "keydeck config keys\nkeydeck config keys ./keys.toml",
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := a.keysPath(cmd, args)
			if err != nil {
				return err
			}
			report, err := keymap.Check(path)
			if err != nil {
				return usagef("%w", err)
			}
			if !report.Exists && len(args) > 0 {
				return usagef("there is no file %s", path)
			}
			if err := a.printKeys(report, path); err != nil {
				return err
			}
			switch n := len(report.Problems); n {
			case 0:
				return nil
			case 1:
				return usagef("%s: %s", path, report.Problems[0])
			default:
				for _, p := range report.Problems {
					a.notef("keydeck: %s: %s", path, p)
				}
				return usagef("%d problems in %s; the rest of it holds", n, path)
			}
		}}, "", "as JSON")
}

// keysPath is the file named in args, else the one in the data directory.
func (a *App) keysPath(cmd *cobra.Command, args []string) (string, error) {
	if len(args) > 0 {
		return args[0], nil
	}
	dir, err := a.data(cmd)
	return filepath.Join(dir, keysFile), err
}

func (a *App) printKeys(report keymap.Report, path string) error {
	t := table{head: []string{"COMMAND", "KEYS", "OTHERWISE", "WHAT IT DOES"}}
	for _, c := range report.Changed {
		t.add(c.Command, orDash(strings.Join(c.Keys, " ")), orDash(strings.Join(c.Otherwise, " ")), c.Title)
	}
	none := path + " changes no key"
	if !report.Exists {
		none = "there is no " + path + ", so every command has its own keys"
	}
	return a.printTable(struct {
		Items    []keymap.Changed `json:"items"`
		Problems []string         `json:"problems"`
	}{report.Changed, report.Problems}, t, "keydeck: "+none)
}
