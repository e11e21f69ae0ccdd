#include "events/codec.hpp"

#include "events/format/written_form.hpp"

namespace tidemark::events {
namespace dom = simdjson::dom;

struct Decoder::Type {
  std::string_view name;
  bool (*read_written)(codec::WrittenForm, Event&);
  bool (*read_any)(dom::element, Event&);
};

namespace {

// ---- by name

template <class T>
bool read_written(codec::WrittenForm in, Event& out) {
  auto* event = std::get_if<T>(&out);
  return codec::read(in, event ? *event : out.emplace<T>()) && in.at_end();
}

template <class T>
bool read_any(dom::element in, Event& out) {
  return codec::read(in, out.emplace<T>());
}

template <std::size_t... I>
constexpr auto newest_types(std::index_sequence<I...>) {
  // alternative 0 is Unknown, which is never stored
  return std::array<Decoder::Type, sizeof...(I)>{
      Decoder::Type{std::variant_alternative_t<I + 1, AnyEvent>::name,
                    read_written<std::variant_alternative_t<I + 1, AnyEvent>>,
                    read_any<std::variant_alternative_t<I + 1, AnyEvent>>}...};
}
constexpr auto types = newest_types(std::make_index_sequence<std::variant_size_v<AnyEvent> - 1>{});

const Decoder::Type* find_type(std::string_view name) {
  for (const auto& type : types)
    if (type.name == name)
      return &type;
  return nullptr;
}

Status read_payload(const Decoder::Type& type, std::string_view payload, Event& out) {
  if (type.read_written(codec::WrittenForm(payload), out))
    return Done{};
  thread_local dom::parser parser;
  dom::element root;
  if (parser.parse(payload.data(), payload.size()).get(root) != simdjson::SUCCESS)
    return Error{"payload_not_json", "the payload of " + std::string(type.name) + " is not JSON"};
  if (!type.read_any(root, out))
    return Error{"payload_unfit", "the payload does not fit its type " + std::string(type.name)
                                      + "; run the version of Tidemark that wrote it"};
  return Done{};
}

} // namespace

std::string encode(const Event& event) {
  return std::visit(
      [](const auto& e) {
        std::string out;
        if constexpr (HasMembers<std::decay_t<decltype(e)>>) {
          out.reserve(256);
          codec::write_members(out, e);
        }
        return out;
      },
      event);
}

std::string_view type_of(const Event& event) {
  return std::visit([](const auto& e) { return std::decay_t<decltype(e)>::name; }, event);
}

Result<Event> decode(std::string_view type, std::string_view payload) {
  const auto* known = find_type(type);
  if (!known)
    return Event{Unknown{std::string(type)}};
  Result<Event> event{Event{}};
  TRYV(read_payload(*known, payload, *event));
  return event;
}

Decoder::Decoder(std::string_view type) : name_(type), type_(find_type(type)) {}

Status Decoder::operator()(std::string_view payload, Event& out) const {
  if (type_)
    return read_payload(*type_, payload, out);
  out = Unknown{name_};
  return Done{};
}

std::vector<std::string_view> known_types() {
  std::vector<std::string_view> names;
  for (const auto& type : types)
    names.push_back(type.name);
  return names;
}

// ---- of the variant: compiled here once, not wherever an event is copied

Event::Event() = default;
Event::Event(const Event& other) = default;
Event::Event(Event&& other) noexcept = default;
Event& Event::operator=(const Event& other) = default;
Event& Event::operator=(Event&& other) noexcept = default;
Event::~Event() = default;

bool operator==(const Event& a, const Event& b) {
  return static_cast<const AnyEvent&>(a) == static_cast<const AnyEvent&>(b);
}

// ---- the stored record

// The stored record, all numbers big-endian:
//
//   record     := fixed type tenant stream tags payload attachment hash
//   fixed      := u8 form (1) · u8 payload encoding · u8 attachment encoding · u8 decider
//                 u64 position · u64 recorded_at (microseconds) · u32 epoch · u32 stream version
//                 u64 cause · u32 command index · u64 correlation · u16 rules
//   type, tenant, stream := u8 length, bytes
//   tags       := u8 count, count x (u8 kind, 16 bytes hash)
//   payload, attachment  := u32 length, bytes
//   hash       := 32 bytes, SHA-256(hash of the previous record · everything before `hash`)
//
// Never change it: raise `form` and keep reading the old one.
namespace {

constexpr std::uint8_t form = 1;
constexpr std::size_t fixed_bytes = 50;
constexpr std::size_t tag_bytes = 17;

Error damaged(std::string_view what) {
  return {"record_damaged", "the stored record cannot be read: " + std::string(what)};
}

} // namespace

void append_record(std::string& out, const Envelope& e, std::string_view payload,
                   std::string_view attachment) {
  out.reserve(out.size() + fixed_bytes + 128 + payload.size() + attachment.size()
              + e.tags.size() * tag_bytes);
  out.push_back(static_cast<char>(form));
  out.push_back(static_cast<char>(e.payload_encoding));
  out.push_back(static_cast<char>(e.attachment_encoding));
  out.push_back(static_cast<char>(e.decider));
  append_u64(out, e.position.value);
  append_u64(out, static_cast<std::uint64_t>(e.recorded_at.time_since_epoch().count()));
  append_u32(out, e.epoch.value);
  append_u32(out, e.version.value);
  append_u64(out, e.cause.value);
  append_u32(out, e.command_index);
  append_u64(out, e.correlation.value);
  append_u16(out, e.rules);
  append_short_text(out, e.type);
  append_short_text(out, e.tenant.value);
  append_short_text(out, e.stream.value);
  out.push_back(static_cast<char>(e.tags.size()));
  for (const auto& tag : e.tags) {
    out.push_back(static_cast<char>(tag.kind));
    out += as_view(tag.hash);
  }
  append_text(out, payload);
  append_text(out, attachment);
}

Result<RecordView> read_record(std::string_view bytes, bool with_tags) {
  Result<RecordView> view{RecordView{}};
  TRY(content, read_record_into(bytes, view->envelope, with_tags));
  view->payload = content.payload;
  view->attachment = content.attachment;
  return view;
}

Result<RecordContent> read_record_into(std::string_view bytes, Envelope& e, bool with_tags) {
  ByteReader in{bytes};
  if (in.u8() != form)
    return damaged("unknown form");
  e.payload_encoding = static_cast<Encoding>(in.u8());
  e.attachment_encoding = static_cast<Encoding>(in.u8());
  e.decider = static_cast<Decider>(in.u8());
  e.position = Position{in.u64()};
  e.recorded_at = Timestamp{std::chrono::microseconds{static_cast<std::int64_t>(in.u64())}};
  e.epoch = Epoch{in.u32()};
  e.version = StreamVersion{in.u32()};
  e.cause = Position{in.u64()};
  e.command_index = in.u32();
  e.correlation = Position{in.u64()};
  e.rules = in.u16();
  e.type = in.short_text();
  e.tenant.value = in.short_text();
  e.stream.value = in.short_text();
  const std::size_t count = in.u8();
  auto tags = in.take(count * tag_bytes);
  e.tags.resize(with_tags && in.ok ? count : 0);
  for (std::size_t i = 0; i < e.tags.size(); ++i) {
    const auto tag = tags.substr(i * tag_bytes, tag_bytes);
    e.tags[i].kind = static_cast<TagKind>(tag[0]);
    std::copy(tag.begin() + 1, tag.end(), e.tags[i].hash.begin());
  }
  RecordContent content;
  content.payload = in.text();
  content.attachment = in.text();
  const auto hash = in.take(e.hash.size());
  if (!in.ok || !in.rest.empty())
    return damaged("its lengths do not add up");
  std::copy(hash.begin(), hash.end(), e.hash.begin());
  return content;
}

Result<RecordHeader> read_header(std::string_view bytes) {
  ByteReader in{bytes};
  if (in.u8() != form)
    return damaged("unknown form");
  RecordHeader header;
  in.take(2); // encodings
  header.decider = static_cast<Decider>(in.u8());
  header.position = Position{in.u64()};
  header.recorded_at = Timestamp{std::chrono::microseconds{static_cast<std::int64_t>(in.u64())}};
  in.take(8); // epoch, stream version
  header.cause = Position{in.u64()};
  header.command_index = in.u32();
  in.take(10); // correlation, rules
  header.type = in.short_text();
  header.tenant = in.short_text();
  header.stream = in.short_text();
  if (!in.ok)
    return damaged("too short");
  return header;
}

} // namespace tidemark::events
