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

} // namespace tidemark::events
