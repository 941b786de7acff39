// Renders a chart with Helm's own engine, in process, again and again: what a program that embeds Helm pays for each rendering.
//
//	helm-engine CHART SECONDS NAME=VALUES_FILE … > figures, a line of JSON each
//
// One rendering is what glistio's library does too: the text of the values is read, merged with the chart's defaults, and the
// templates are executed; nothing is parsed back. One core is used.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
)

type figures struct {
	Name   string  `json:"name"`
	Median float64 `json:"medianMicroseconds"`
	Low    float64 `json:"lowMicroseconds"`
	High   float64 `json:"highMicroseconds"`
}

func main() {
	runtime.GOMAXPROCS(1)
	if len(os.Args) < 4 {
		fail(fmt.Errorf("usage: helm-engine CHART SECONDS NAME=VALUES_FILE …"))
	}
	loaded, err := loader.Load(os.Args[1])
	check(err)
	seconds, err := strconv.ParseFloat(os.Args[2], 64)
	check(err)
	for _, argument := range os.Args[3:] {
		name, path, _ := strings.Cut(argument, "=")
		text, err := os.ReadFile(path)
		check(err)
		check(json.NewEncoder(os.Stdout).Encode(measure(name, loaded, text, seconds)))
	}
}

func measure(name string, loaded *chart.Chart, text []byte, seconds float64) figures {
	var taken []float64
	warm := time.Now().Add(time.Duration(seconds / 4 * float64(time.Second)))
	for time.Now().Before(warm) {
		render(loaded, text)
	}
	end := time.Now().Add(time.Duration(seconds * float64(time.Second)))
	for time.Now().Before(end) {
		start := cpu()
		render(loaded, text)
		taken = append(taken, cpu()-start)
	}
	sort.Float64s(taken)
	at := func(share float64) float64 { return taken[int(share*float64(len(taken)-1))] }
	return figures{name, at(0.5), at(0.25), at(0.75)}
}

// The CPU time of this process so far, in microseconds: other programs do not change it much.
func cpu() float64 {
	var used syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1000
}

func render(loaded *chart.Chart, text []byte) {
	user, err := chartutil.ReadValues(text)
	check(err)
	options := chartutil.ReleaseOptions{Name: "gloo", Namespace: "gloo-system", Revision: 1, IsInstall: true}
	values, err := chartutil.ToRenderValues(loaded, user, options, chartutil.DefaultCapabilities)
	check(err)
	_, err = engine.Render(loaded, values)
	check(err)
}

func check(err error) {
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
