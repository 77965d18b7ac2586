package cli

import (
	"context"
	"os"

	"charm.land/fang/v2"
	mango "github.com/muesli/mango-cobra"
	"github.com/muesli/roff"
	"github.com/spf13/cobra"
)

// styleHelp uses Fang's help on a terminal, and Cobra's plain one everywhere
// else.
//
// Only Fang's help is used, on a command made for that: when Fang runs a
// command it queries the terminal for its background on every error, and it
// parses NO_COLOR as a boolean, although any value means no colour.
func (a *App) styleHelp(root *cobra.Command) {
	plain := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if !a.colours() {
			plain(cmd, args)
			return
		}
		donor := &cobra.Command{Use: "keydeck", Run: func(*cobra.Command, []string) {}}
		donor.SetArgs([]string{})
		if err := fang.Execute(context.Background(), donor, fang.WithoutManpage(), fang.WithoutCompletions(), fang.WithoutVersion()); err != nil {
			plain(cmd, args)
			return
		}
		donor.HelpFunc()(cmd, args)
	})
}

// strictHelp makes Cobra's help and completion commands reject unknown words,
// as the other commands do. By default they accept any word and succeed.
func strictHelp(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Run, cmd.RunE = nil, func(cmd *cobra.Command, args []string) error {
				about, rest, err := cmd.Root().Find(args)
				if err != nil {
					return Usage(err)
				}
				if err := unknownCommand(about, rest); err != nil {
					return err
				}
				about.InitDefaultHelpFlag() // help shows it among the flags
				return about.Help()
			}
		case "completion":
			cmd.Args, cmd.RunE = unknownCommand, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
			for _, shell := range cmd.Commands() {
				shell.Args = noArgs()
			}
		}
	}
}

// colours reports whether standard output is a terminal that shows colours.
func (a *App) colours() bool {
	if out, ok := a.Stdout.(*os.File); !ok || !isTerminal(out) {
		return false
	}
	noColor, _ := a.Env("NO_COLOR")
	terminal, _ := a.Env("TERM")
	return noColor == "" && terminal != "dumb"
}

func (a *App) manCommand() *cobra.Command {
	return &cobra.Command{Use: "man", Short: "Print the manual page", Hidden: true, Args: noArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			page, err := mango.NewManPage(1, cmd.Root())
			if err != nil {
				return err
			}
			return a.print(page.Build(roff.NewDocument()))
		}}
}
