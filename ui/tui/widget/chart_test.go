package widget

import "testing"

func TestColumns(t *testing.T) {
	tests := []struct {
		name   string
		values []int64
		w, h   int
		want   string
	}{
		{"a column a value", []int64{0, 1, 4, 8}, 4, 1, " ▁▄█"},
		{"two lines", []int64{0, 8, 16}, 3, 2, "  █\n ██"},
		{"the highest of several", []int64{0, 8, 0, 0, 4, 1}, 3, 1, "█ ▄"},
		{"wider than the values", []int64{8, 4}, 4, 1, "██▄▄"},
		{"little is not nothing", []int64{1, 1000}, 2, 1, "▁█"},
		{"all zero", []int64{0, 0}, 2, 1, "  "},
		{"no values", nil, 2, 1, "  "},
		{"no room", []int64{1}, 0, 1, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Columns(tt.values, tt.w, tt.h); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
