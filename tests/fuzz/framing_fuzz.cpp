#include "gateway/http/chunked.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/plain_framing.hpp"

// Whatever the gate lets through, a plain reader of RFC 9112 reads the same way; no hostile form
// passes; and it makes no difference how the bytes are cut.
namespace tidemark::fuzz {
namespace {

using gateway::ChunkReader;
using gateway::Refusal;

constexpr std::size_t body_bytes_max = 4096;

/// The head as the connection reads it, in two pieces.
gateway::HeadEnd head_end(std::string_view bytes, std::size_t cut) {
  const auto whole = gateway::find_head_end(bytes, 0);
  const auto first = gateway::find_head_end(bytes.substr(0, cut), 0);
  auto pieces = first;
  if (first.end == 0 && first.refusal == Refusal::none)
    pieces = gateway::find_head_end(bytes, cut);
  require(pieces.end == whole.end, "a head ends elsewhere when its bytes come in two pieces");
  require(pieces.refusal == whole.refusal, "a head is judged otherwise in two pieces");
  return whole;
}

void check_fields(const gateway::RequestHead& head, const PlainHead& plain) {
  require(head.method == plain.method && head.target == plain.target, "another request line");
  require(head.field_count == plain.fields.size(), "another number of fields");
  for (std::size_t i = 0; i < head.field_count; ++i)
    require(plain_lower(std::string(head.fields[i].name)) == plain.fields[i].first
                && head.fields[i].value == plain.fields[i].second,
            "another field");
}

struct Chunks {
  Refusal refusal = Refusal::none;
  bool done = false;
  std::string body;
  std::size_t left = 0;
};
Chunks read_chunks(std::initializer_list<std::string_view> pieces) {
  ChunkReader reader(body_bytes_max);
  Chunks out;
  for (auto piece : pieces) {
    if (out.refusal == Refusal::none)
      out.refusal = reader.feed(piece, out.body);
    out.left += piece.size();
  }
  out.done = reader.done();
  return out;
}

void check_chunks(std::string_view bytes, std::size_t cut) {
  const auto whole = read_chunks({bytes});
  const auto pieces =
      read_chunks({bytes.substr(0, cut), bytes.substr(std::min(cut, bytes.size()))});
  require(whole.refusal == pieces.refusal && whole.done == pieces.done && whole.body == pieces.body
              && whole.left == pieces.left,
          "chunks are read otherwise in two pieces");
  require(whole.body.size() <= body_bytes_max, "more body than allowed");
  if (!whole.done || whole.refusal != Refusal::none)
    return;
  const auto plain = read_plain_chunks(bytes);
  require(plain.has_value(), "chunks that the plain reader refuses");
  require(plain->body == whole.body, "another body");
  require(plain->bytes == bytes.size() - whole.left, "a body that ends elsewhere");
  require(!plain->trailers, "trailers");
  require(plain->extension_bytes <= gateway::chunk_extension_bytes_max, "long extensions");
}

} // namespace

void check(Input& input) {
  const auto cut = input.place_in(input.text().size());
  const auto bytes = input.text();
  const auto found = head_end(bytes, std::min(cut, bytes.size()));
  gateway::RequestHead head;
  if (found.end == 0 || gateway::check_head(bytes.substr(0, found.end), head) != Refusal::none)
    return;
  const auto plain = read_plain_head(bytes);
  require(plain.has_value(), "a head that the plain reader refuses");
  require(plain->bytes == found.end, "a head that ends elsewhere");
  if (const auto hostile = hostile_in(*plain); !hostile.empty())
    require(false, hostile.c_str());
  check_fields(head, *plain);
  const auto lengths = plain->all("content-length");
  require(head.chunked == (plain->all("transfer-encoding").size() == 1), "chunked or not");
  require(head.content_length.has_value() == !lengths.empty(), "a length or none");
  if (head.content_length)
    require(*head.content_length == std::stoull(lengths[0]), "another length");
  if (head.chunked)
    check_chunks(bytes.substr(found.end), cut > found.end ? cut - found.end : 0);
}

} // namespace tidemark::fuzz
