#include "gateway/http/chunked.hpp"
#include "gateway/http/framing.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <gtest/gtest.h>

#include <random>
#include <utility>

namespace tidemark::gateway::framing_test {
namespace {

namespace http = boost::beast::http;

const std::vector<std::string> seeds{
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nX-A: b c\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
    "GET /a?b=c HTTP/1.0\r\nHost: a:80\r\nConnection: keep-alive\r\nAccept: */*\r\n\r\n",
};
const std::vector<std::string> pieces{"\r\n",
                                      "\n",
                                      "\r",
                                      " ",
                                      "\t",
                                      ":",
                                      ",",
                                      "chunked",
                                      "Content-Length: 3\r\n",
                                      "0",
                                      "Host: b\r\n",
                                      "Transfer-Encoding: chunked\r\n",
                                      "HTTP/1.1",
                                      "\x80",
                                      "/",
                                      ";",
                                      std::string(1, '\0')};

std::string mutated(std::string text, std::mt19937& random) {
  for (auto changes = 1 + random() % 3; changes > 0; --changes) {
    const auto at = random() % (text.size() + 1);
    switch (random() % 3) {
    case 0:
      text.insert(at, pieces[random() % pieces.size()]);
      break;
    case 1:
      text.erase(at, 1 + random() % 4);
      break;
    default:
      if (at < text.size())
        text[at] = static_cast<char>(random() % 256);
    }
  }
  return text;
}

// Beast is the second reader: whatever our gate lets through, it must read the same way.
TEST(FramingGate, AcceptsNothingThatBeastReadsDifferently) {
  std::mt19937 random(20260101);
  int accepted = 0;
  for (int i = 0; i < 60'000; ++i) {
    const auto bytes = mutated(seeds[random() % seeds.size()], random);
    const auto found = find_head_end(bytes, 0);
    RequestHead head;
    if (found.end == 0
        || check_head(std::string_view(bytes).substr(0, found.end), head) != Refusal::none)
      continue;
    ++accepted;
    http::request_parser<http::string_body> parser;
    boost::system::error_code failed;
    parser.put(boost::asio::buffer(bytes.data(), found.end), failed);
    ASSERT_TRUE(!failed || failed == http::error::need_more) << failed.message() << "\n" << bytes;
    ASSERT_TRUE(parser.is_header_done()) << bytes;
    ASSERT_EQ(parser.chunked(), head.chunked) << bytes;
    ASSERT_EQ(parser.keep_alive() || head.http_1_0, head.keep_alive || head.http_1_0) << bytes;
    const auto length = parser.content_length();
    ASSERT_EQ(length ? std::optional<std::uint64_t>(*length) : std::nullopt, head.content_length)
        << bytes;
    ASSERT_EQ(std::string_view(parser.get().target().data(), parser.get().target().size()),
              head.target)
        << bytes;
  }
  EXPECT_GT(accepted, 5'000) << "a generator that makes only nonsense tests nothing";
}

struct ChunkedBody {
  std::string content;
  std::size_t bytes = 0; ///< that it takes
};

/// Nothing when Beast refuses them or waits for more.
std::optional<ChunkedBody> chunks_by_beast(std::string_view chunks) {
  const auto bytes = seeds[1] + std::string(chunks);
  http::request_parser<http::string_body> parser;
  parser.eager(true);
  boost::system::error_code failed;
  std::size_t used = 0;
  while (!failed && !parser.is_done())
    used += parser.put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), failed);
  if (failed)
    return std::nullopt;
  return ChunkedBody{parser.get().body(), used - seeds[1].size()};
}

TEST(ChunkReader, AcceptsNothingThatBeastReadsDifferently) {
  std::mt19937 random(20260102);
  const std::vector<std::string> bodies{
      "5\r\nhello\r\n0\r\n\r\n", "a;b=c\r\n0123456789\r\n001\r\nx\r\n00\r\n\r\nGET",
      "0012\r\neighteen bytes hex\r\n0\r\n\r\n", "1\r\n\n\r\n2;\"q\"\r\n\r\n\r\n0;x\r\n\r\n"};
  int accepted = 0;
  for (int i = 0; i < 60'000; ++i) {
    const auto bytes = mutated(bodies[random() % bodies.size()], random);
    ChunkReader reader(100);
    std::string content;
    std::string_view rest = bytes;
    if (reader.feed(rest, content) != Refusal::none || !reader.done())
      continue;
    const auto other = chunks_by_beast(bytes);
    if (!other) // Beast knows fewer forms of an extension; to refuse is to agree on nothing
      continue;
    ++accepted;
    ASSERT_EQ(other->content, content) << bytes;
    ASSERT_EQ(other->bytes, bytes.size() - rest.size()) << bytes;
  }
  EXPECT_GT(accepted, 3'000);
}

TEST(FramingGate, FindsTheEndWhereverTheBytesAreCut) {
  for (const auto& whole : seeds)
    for (std::size_t first = 0; first < whole.size(); ++first)
      for (std::size_t second = first; second < whole.size(); ++second) {
        ASSERT_EQ(find_head_end(whole.substr(0, first), 0).end, 0U);
        ASSERT_EQ(find_head_end(whole.substr(0, second), first).end, 0U);
        ASSERT_EQ(find_head_end(whole, second).end, whole.size());
      }
}

TEST(FramingGate, RefusesALoneCarriageReturnOrLineFeedAtOnce) {
  for (const std::string_view begun : {"GET / HTTP/1.1\r\nX: a\rb", "GET / HTTP/1.1\nHost", "\n",
                                       "\rG", "GET / HTTP/1.1\r\nX: a\rb\r\n", "a\r\n\rb"})
    for (std::size_t seen = 0; seen < begun.size(); ++seen)
      if (find_head_end(begun.substr(0, seen), 0).refusal == Refusal::none) {
        EXPECT_EQ(find_head_end(begun, seen).refusal, Refusal::bare_cr_or_lf) << begun << seen;
      }
  for (const std::string_view fine : {"", "\r", "GET", "GET / HTTP/1.1\r", "GET / HTTP/1.1\r\n\r"})
    EXPECT_EQ(find_head_end(fine, 0).refusal, Refusal::none) << fine;
}

TEST(ChunkReader, ReadsTheSameHoweverTheBytesAreCut) {
  const std::string whole = "5;a=\"b\"\r\nhello\r\n00a\r\n, the rest\r\n0;x\r\n\r\n";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    ChunkReader reader(100);
    std::string body;
    for (auto part : {std::string_view(whole).substr(0, cut), std::string_view(whole).substr(cut)})
      ASSERT_EQ(reader.feed(part, body), Refusal::none) << cut;
    EXPECT_TRUE(reader.done());
    EXPECT_EQ(body, "hello, the rest");
  }
}

TEST(ChunkReader, LeavesWhatComesBehindTheLastChunk) {
  ChunkReader reader(100);
  std::string body;
  std::string_view bytes = "1\r\na\r\n0\r\n\r\nGET";
  EXPECT_EQ(reader.feed(bytes, body), Refusal::none);
  EXPECT_EQ(bytes, "GET");
}

TEST(ChunkReader, StopsAtTheLimitOfTheWholeBody) {
  std::string body;
  std::string_view fits = "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  EXPECT_EQ(ChunkReader(5).feed(fits, body), Refusal::none);
  body.clear();
  std::string_view over = "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n";
  EXPECT_EQ(ChunkReader(5).feed(over, body), Refusal::body_too_large);
}

} // namespace
} // namespace tidemark::gateway::framing_test
