#include "events/codec.hpp"
#include "tests/fuzz/input.hpp"

// The frame around a stored event: any bytes give a record or an error; a record that was read is
// written back byte by byte, and all readers agree about it.
namespace tidemark::fuzz {

void check(Input& input) {
  const auto bytes = input.text();
  const auto record = events::read_record(bytes);
  const auto untagged = events::read_record(bytes, false);
  const auto header = events::read_header(bytes);
  require(record.ok() == untagged.ok(), "without its tags it is judged otherwise");
  if (!record) {
    require(record.error().code == "record_damaged", "an error without its code");
    return;
  }
  const auto& e = record->envelope;
  std::string again;
  events::append_record(again, e, record->payload, record->attachment);
  again += as_view(e.hash);
  require(again == bytes, "written back it has other bytes");
  require(untagged->envelope.tags.empty() && untagged->payload == record->payload
              && untagged->attachment == record->attachment && untagged->envelope.hash == e.hash,
          "without its tags it reads otherwise");
  require(header.ok(), "its header cannot be read");
  require(header->position == e.position && header->recorded_at == e.recorded_at
              && header->cause == e.cause && header->command_index == e.command_index
              && header->decider == e.decider && header->type == e.type
              && header->tenant == e.tenant.value && header->stream == e.stream.value,
          "its header says something else");
  require(!events::name_of(e.decider).empty(), "a decider that has no name");
}

} // namespace tidemark::fuzz
