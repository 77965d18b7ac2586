package tui

import (
	tea "charm.land/bubbletea/v2"
)

type tokenScreen struct{ *desk }

func newTokenScreen(d *desk) Screen           { return &tokenScreen{d} }
func (s *tokenScreen) Init() tea.Cmd          { return nil }
func (s *tokenScreen) Update(tea.Msg) tea.Cmd { return nil }
func (s *tokenScreen) Title() string          { return "Token" }
func (s *tokenScreen) Commands() []Command    { return nil }
func (s *tokenScreen) View(Rect) string       { return "" }
