#include "tests/fuzz/input.hpp"

/// Where libFuzzer comes in.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tidemark::fuzz::Input input(data, size);
  tidemark::fuzz::check(input);
  return 0;
}
