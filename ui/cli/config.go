package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"keydeck/model"
)

func (a *App) configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Show the configuration in force and where it comes from, secrets masked", Args: noArgs(),
		Long: "Show what keydeck serve would run with, given the same flags and environment, and where each value comes from. Secrets are masked.\n" +
			"A running server keeps the settings that it was started with; where they are known to differ, the last column shows them. With --json, the member server has what keydeck status --json prints, or null.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, values, err := a.config(cmd)
			if err != nil {
				return err
			}
			for _, name := range a.unknownVariables() {
				a.notef("keydeck: %s is set, but there is no such setting", name)
			}
			running := a.running(cmd.Context(), c.Data)
			if a.json {
				return a.printJSON(struct {
					Items  []Value       `json:"items"`
					Server *model.Status `json:"server"`
				}{values, running})
			}
			return a.printConfig(values, running, c)
		}}
	addSettings(cmd.Flags(), serverSettings...)
	cmd.AddCommand(a.configKeysCommand())
	return a.addJSONFlag(cmd, "", "as JSON")
}

// printConfig prints the settings, and beside them the differing ones of the
// running server, if there is one.
func (a *App) printConfig(values []Value, running *model.Status, c Config) error {
	t := table{head: []string{"SETTING", "VALUE", "FROM", "ENVIRONMENT"}}
	if running != nil {
		a.notef("keydeck: a server has been running on %s since %s (process %d) with the settings it was started with; these are for the next start",
			c.Data, a.when(&running.StartedAt, "-"), running.PID)
		t.head = append(t.head, "RUNNING WITH")
	}
	for _, v := range values {
		row := []string{v.Name, orDash(v.Value), v.Source, v.Env}
		if running != nil {
			there := ""
			if has, told, same := compare(v.Name, c, running); told && !same {
				there = orDash(has)
			}
			row = append(row, there)
		}
		t.add(row...)
	}
	return a.printTable(nil, t, "")
}

// unknownVariables lists variables that look like settings but aren't: typing
// errors.
func (a *App) unknownVariables() []string {
	known := map[string]bool{"KEYDECK_SERVER": true}
	for _, s := range append([]setting{dataSetting}, serverSettings...) {
		known[s.env()] = true
		if s.mask != nil {
			known[s.env()+"_FILE"] = true
		}
	}
	var out []string
	for _, pair := range a.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, "KEYDECK_") && !known[name] {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
