#include "base/text/json_writer.hpp"

#include <gtest/gtest.h>

namespace tidemark::json::json_writer_test {
namespace {

TEST(JsonWriter, WritesEveryByteAtEveryPlaceAsItAppendsIt) {
  for (int byte = 0; byte < 256; ++byte)
    for (std::size_t at = 0; at < 17; ++at) {
      std::string text(17, 'x');
      text[at] = static_cast<char>(byte);
      std::string appended;
      append_string(appended, text);
      std::string written(string_bytes_max(text.size()), '#');
      char* const end = put_string(written.data(), text);
      EXPECT_EQ(std::string_view(written.data(), end), appended) << byte << " at " << at;
    }
}

TEST(JsonWriter, EscapesWhatJsonAsksForAndNothingElse) {
  std::string out;
  append_string(out, std::string_view("a\"b\\c/\n\r\t\x01\x1f\x7f \xC3\xA9", 15));
  EXPECT_EQ(out, "\"a\\\"b\\\\c/\\n\\r\\t\\u0001\\u001f\x7f \xC3\xA9\"");
}

TEST(JsonWriter, TheLongestTextHasRoom) {
  const std::string text(100, '\x02');
  std::string written(string_bytes_max(text.size()), '#');
  EXPECT_EQ(put_string(written.data(), text), written.data() + written.size());
}

} // namespace
} // namespace tidemark::json::json_writer_test
