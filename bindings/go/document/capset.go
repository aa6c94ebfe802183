// SPDX-License-Identifier: LGPL-2.1-or-later

// Package document has the documents of the library, which are also what the tool writes with --format json, as structs.
// Members that a later version adds are passed over; those that a document need not have are nil or empty. It needs
// neither the library nor cgo.
//
//	var found document.Findings
//	err := json.Unmarshal(text, &found)
package document

import (
	"bytes"
	"fmt"
	"strconv"
)

// CapSet is a set of capabilities, one bit each; 16 hexadecimal digits in documents.
type CapSet uint64

// Has says whether a capability, by its number, is in the set.
func (m CapSet) Has(number int) bool { return number >= 0 && number < 64 && m>>uint(number)&1 != 0 }

// String is the 16 digits.
func (m CapSet) String() string { return fmt.Sprintf("%016x", uint64(m)) }

// MarshalText gives the 16 digits.
func (m CapSet) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads them.
func (m *CapSet) UnmarshalText(text []byte) error {
	value, err := strconv.ParseUint(string(text), 16, 64)
	if err != nil || len(text) != 16 {
		return fmt.Errorf("%q is no mask of 16 hexadecimal digits", text)
	}
	*m = CapSet(value)
	return nil
}

// Number is a count that documents write as "0x..." above 2^53.
type Number uint64

// UnmarshalJSON reads both forms.
func (n *Number) UnmarshalJSON(text []byte) error {
	value, err := strconv.ParseUint(string(bytes.Trim(text, `"`)), 0, 64)
	if err != nil {
		return fmt.Errorf("%s is no number of 64 bits", text)
	}
	*n = Number(value)
	return nil
}

// MarshalJSON writes a number up to 2^53, a text above.
func (n Number) MarshalJSON() ([]byte, error) {
	if n <= 1<<53 {
		return []byte(strconv.FormatUint(uint64(n), 10)), nil
	}
	return []byte(fmt.Sprintf("\"%#x\"", uint64(n))), nil
}
