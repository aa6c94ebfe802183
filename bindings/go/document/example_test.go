// SPDX-License-Identifier: LGPL-2.1-or-later

package document_test

import (
	"encoding/json"
	"fmt"

	"libctsec.org/ctsec/document"
)

func Example() {
	// What `ctsec caps decode --format json 400` writes, and a member of some later version.
	text := []byte(`{"schema": "ctsec/mask/1", "mask": "0000000000000400", "names": ["CAP_NET_BIND_SERVICE"], "unknown_bits": [], "later": 1}`)
	var mask document.Mask
	if err := json.Unmarshal(text, &mask); err != nil {
		panic(err)
	}
	fmt.Println(mask.Mask, mask.Mask.Has(10), mask.Names)
	// Output: 0000000000000400 true [CAP_NET_BIND_SERVICE]
}

func ExampleNumber() {
	var numbers []document.Number
	if err := json.Unmarshal([]byte(`[3, "0xffffffffffffffff"]`), &numbers); err != nil {
		panic(err)
	}
	again, err := json.Marshal(numbers)
	fmt.Println(uint64(numbers[1]), string(again), err)
	// Output: 18446744073709551615 [3,"0xffffffffffffffff"] <nil>
}
