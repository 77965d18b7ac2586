package text

import "reflect"

// Clean makes the text in what v points to visible, in place: strings of any named
// type in exported fields, in elements, keys and values, behind pointers and in
// interfaces. Bytes stay as they are, and so does a struct field with the tag
// visible:"-": a secret is copied as it came and goes through Visible where it is
// shown.
//
// Text that is visible already is not written, so values may be shared that hold
// nothing else. What v points to must not contain itself.
func Clean(v any) { clean(reflect.ValueOf(v)) }

// clean reports whether there was anything to be cleaned.
func clean(v reflect.Value) (changed bool) {
	switch v.Kind() {
	case reflect.String:
		s := v.String()
		shown := Visible(s)
		if shown == s || !v.CanSet() {
			return false
		}
		v.SetString(shown)
		return true
	case reflect.Pointer:
		return clean(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); (f.IsExported() || f.Anonymous) && f.Tag.Get("visible") != "-" {
				changed = clean(v.Field(i)) || changed
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return false
		}
		for i := range v.Len() {
			changed = clean(v.Index(i)) || changed
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			shownKey, newKey := cleanCopy(key)
			shown, newValue := cleanCopy(v.MapIndex(key))
			if newKey {
				v.SetMapIndex(key, reflect.Value{})
			}
			if newKey || newValue {
				v.SetMapIndex(shownKey, shown)
				changed = true
			}
		}
	case reflect.Interface:
		if shown, ok := cleanCopy(v.Elem()); ok && v.CanSet() {
			v.Set(shown)
			return true
		}
	}
	return changed
}

// cleanCopy cleans a value that cannot be set in its place.
func cleanCopy(v reflect.Value) (shown reflect.Value, changed bool) {
	if !v.IsValid() {
		return v, false
	}
	shown = reflect.New(v.Type()).Elem()
	shown.Set(v)
	return shown, clean(shown)
}
