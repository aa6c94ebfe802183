// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

import "fmt"

// MarshalText gives the name: "x86_64".
func (a Arch) MarshalText() ([]byte, error) {
	name := a.String()
	if name == "" {
		return nil, fmt.Errorf("there is no architecture %d", int32(a))
	}
	return []byte(name), nil
}

// UnmarshalText is FindArch.
func (a *Arch) UnmarshalText(text []byte) error {
	found, err := FindArch(string(text))
	if err == nil {
		*a = found
	}
	return err
}

// MarshalText gives the word of the documents: "deny".
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads it.
func (o *Outcome) UnmarshalText(text []byte) error {
	for _, one := range []Outcome{AnswerAllow, AnswerDeny, AnswerUnknown} {
		if one.String() == string(text) {
			*o = one
			return nil
		}
	}
	return fmt.Errorf("%q is no outcome", text)
}

// MarshalText gives the word of the documents: "capability".
func (l Layer) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads it.
func (l *Layer) UnmarshalText(text []byte) error {
	for i, name := range layerNames {
		if name == string(text) {
			*l = Layer(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no layer", text)
}

// MarshalText gives the word of the documents: "reachable".
func (s PathStatus) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads it.
func (s *PathStatus) UnmarshalText(text []byte) error {
	for _, one := range []PathStatus{PathBlocked, PathPossible, PathReachable} {
		if one.String() == string(text) {
			*s = one
			return nil
		}
	}
	return fmt.Errorf("%q is no status of a path", text)
}

// String is the actions as batches answer them, "errno 1", joined by "|" where unknown arguments leave several.
func (v *Verdict) String() string {
	text := ""
	for _, action := range v.Actions() {
		if text != "" {
			text += "|"
		}
		name, err := ActionName(action)
		if err != nil {
			name = fmt.Sprintf("%#x", action)
		}
		text += name
	}
	return text
}

// MarshalText is String.
func (v *Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// MarshalJSON gives the document ctsec/verdict/1.
func (v *Verdict) MarshalJSON() ([]byte, error) { return bytesOf(v.JSON()) }

// MarshalJSON gives the document ctsec/why/1.
func (a *Answer) MarshalJSON() ([]byte, error) { return bytesOf(a.JSON()) }

// MarshalJSON gives the document ctsec/containers/1.
func (cs *Containers) MarshalJSON() ([]byte, error) { return bytesOf(cs.JSON()) }

// MarshalJSON gives the document ctsec/findings/1.
func (f *Findings) MarshalJSON() ([]byte, error) { return bytesOf(f.JSON()) }

// MarshalJSON gives the document ctsec/caps/1.
func (r *Resolution) MarshalJSON() ([]byte, error) { return bytesOf(r.JSON()) }

// String is the outcome, and the layer that decides: "deny capability".
func (a *Answer) String() string {
	if layer := a.Layer(); layer != 0 {
		return a.Outcome().String() + " " + layer.String()
	}
	return a.Outcome().String()
}

func bytesOf(text string, err error) ([]byte, error) { return []byte(text), err }
