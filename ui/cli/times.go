package cli

import (
	"time"

	"github.com/spf13/cobra"

	"keydeck/model"
)

// timeLayout is how people see times: RFC 3339 to the second, with a space in
// the middle, and with the offset from UTC, because zone abbreviations are
// ambiguous.
const timeLayout = "2006-01-02 15:04:05Z07:00"

// addUTCFlag adds --utc to a command and its subcommands. JSON always has UTC.
func (a *App) addUTCFlag(cmd *cobra.Command) *cobra.Command {
	cmd.PersistentFlags().BoolVar(&a.utc, "utc", false, "print times in UTC, not in the local zone (TZ)")
	return cmd
}

// stamp formats a time in the local zone, or in UTC with --utc.
func (a *App) stamp(t time.Time) string {
	if a.utc {
		return t.UTC().Format(timeLayout)
	}
	return t.Local().Format(timeLayout)
}

// bothZones is stamp, plus UTC if the local time differs from it.
func (a *App) bothZones(t time.Time) string {
	if _, offset := t.Local().Zone(); a.utc || offset == 0 {
		return a.stamp(t)
	}
	return a.stamp(t) + " (" + t.UTC().Format(timeLayout) + ")"
}

// when is stamp for a time that may be missing; instead stands for none.
func (a *App) when(t *model.Time, instead string) string {
	if t == nil {
		return instead
	}
	return a.stamp(t.Time)
}
