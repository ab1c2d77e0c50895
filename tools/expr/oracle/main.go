// Answers, one JSON line for each on standard input, what the expression library of an Argo Rollouts version makes of a condition.
// Line in: {"version": "1.9" | "1.10", "expr": "...", "result": number or list of numbers, where NaN, +Inf and -Inf are texts}.
// Line out: {"value": bool}, {"compileError": "..."} or {"runtimeError": "..."}; a value that is no bool is a run-time error, as it
// is for the controller.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"

	older "github.com/antonmedv/expr"
	newer "github.com/expr-lang/expr"
)

type question struct {
	Version string          `json:"version"`
	Expr    string          `json:"expr"`
	Result  json.RawMessage `json:"result"`
}

type answer struct {
	Value        *bool  `json:"value,omitempty"`
	CompileError string `json:"compileError,omitempty"`
	RuntimeError string `json:"runtimeError,omitempty"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for in.Scan() {
		told, err := ask(in.Bytes())
		if err == nil {
			err = encoder.Encode(told)
		}
		if err != nil {
			out.Flush()
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	if err := in.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func ask(line []byte) (answer, error) {
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{}, err
	}
	result, err := resultOf(asked.Result)
	if err != nil {
		return answer{}, err
	}
	env := environment(result)
	switch asked.Version {
	case "1.9":
		program, err := older.Compile(asked.Expr, older.Env(env))
		if err != nil {
			return answer{CompileError: err.Error()}, nil
		}
		return outcome(older.Run(program, env)), nil
	case "1.10":
		program, err := newer.Compile(asked.Expr, newer.Env(env))
		if err != nil {
			return answer{CompileError: err.Error()}, nil
		}
		return outcome(newer.Run(program, env)), nil
	}
	return answer{}, fmt.Errorf("version %q is neither 1.9 nor 1.10", asked.Version)
}

func outcome(output any, err error) answer {
	if err != nil {
		return answer{RuntimeError: err.Error()}
	}
	if value, ok := output.(bool); ok {
		return answer{Value: &value}
	}
	return answer{RuntimeError: fmt.Sprintf("a %T is no bool", output)}
}

// A list gives a slice, which is what the controller makes of a vector; anything else is one number.
func resultOf(raw json.RawMessage) (any, error) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return number(raw)
	}
	numbers := make([]float64, 0, len(list))
	for _, item := range list {
		one, err := number(item)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, one)
	}
	return numbers, nil
}

func number(raw json.RawMessage) (float64, error) {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		text = string(raw)
	}
	return strconv.ParseFloat(text, 64)
}

// Names and types are those that utils/evaluate/evaluate.go of Argo Rollouts puts into the environment, the same in both versions.
// The result is never nil here: Prometheus gives a number or a list.
func environment(result any) map[string]any {
	return map[string]any{
		"result":  result,
		"asInt":   asInt,
		"asFloat": asFloat,
		"isNaN":   math.IsNaN,
		"isInf":   func(f float64) bool { return math.IsInf(f, 0) },
		"isNil":   func(any) bool { return false },
		"default": func(any, any) any { return result },
	}
}

func asInt(in any) int64 {
	switch value := in.(type) {
	case float64:
		return int64(value)
	case int64:
		return value
	case int:
		return int64(value)
	case string:
		read, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			panic(err)
		}
		return read
	}
	panic(fmt.Sprintf("asInt does not take %T", in))
}

func asFloat(in any) float64 {
	switch value := in.(type) {
	case float64:
		return value
	case int64:
		return float64(value)
	case int:
		return float64(value)
	case string:
		read, err := strconv.ParseFloat(value, 64)
		if err != nil {
			panic(err)
		}
		return read
	}
	panic(fmt.Sprintf("asFloat does not take %T", in))
}
