#include "events/codec.hpp"
#include "tests/events/golden.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tidemark::events::record_test {
namespace {

Envelope sample_envelope() {
  Envelope e;
  e.position = Position{0x0102030405060708U};
  e.recorded_at = Timestamp{std::chrono::microseconds{1'767'607'200'123'456}};
  e.epoch = Epoch{3};
  e.tenant = TenantId{"acme"};
  e.stream = StreamName{"contact/c0123456789abcdef0123"};
  e.version = StreamVersion{12};
  e.type = "contact.changed.v1";
  e.cause = Position{41};
  e.command_index = 2;
  e.decider = Decider::contact;
  e.correlation = Position{40};
  e.rules = 1;
  e.tags = {{TagKind::contact, {1, 2, 3}}, {TagKind::delivery, {0xFF, 0, 0, 9}}};
  e.payload_encoding = Encoding::plain;
  e.attachment_encoding = Encoding::sealed;
  for (std::size_t i = 0; i < e.hash.size(); ++i)
    e.hash[i] = static_cast<std::uint8_t>(i);
  return e;
}

std::string record_of(const Envelope& envelope, std::string_view payload,
                      std::string_view attachment) {
  std::string out;
  append_record(out, envelope, payload, attachment);
  out += as_view(envelope.hash);
  return out;
}

bool same(const Envelope& a, const Envelope& b) {
  const auto parts = [](const Envelope& e) {
    return std::tie(e.position, e.recorded_at, e.epoch, e.tenant, e.stream, e.version, e.type,
                    e.cause, e.command_index, e.decider, e.correlation, e.rules, e.tags,
                    e.payload_encoding, e.attachment_encoding, e.hash);
  };
  return parts(a) == parts(b);
}

TEST(Record, IsStoredByteForByteAsItOnceWas) {
  const auto bytes = record_of(sample_envelope(), R"({"a":1})", std::string_view("\0raw", 4));
  const auto stored = tidemark::test::golden("record.v1.bin", bytes);
  ASSERT_TRUE(stored) << "no golden record; write it with TIDEMARK_BLESS=1";
  EXPECT_EQ(to_hex(bytes), to_hex(*stored)) << "raise `form` and keep reading the old one";
  const auto view = read_record(*stored);
  ASSERT_TRUE(view) << view.error().text;
  EXPECT_TRUE(same(view->envelope, sample_envelope()));
  EXPECT_EQ(view->payload, R"({"a":1})");
  EXPECT_EQ(view->attachment, std::string_view("\0raw", 4));
}

TEST(Record, TagsCanBeLeftOutAndTheRestStays) {
  const auto bytes = record_of(sample_envelope(), "{}", "x");
  const auto view = read_record(bytes, false);
  ASSERT_TRUE(view);
  auto without = sample_envelope();
  without.tags.clear();
  EXPECT_TRUE(same(view->envelope, without));
  EXPECT_EQ(view->attachment, "x");
}

TEST(Record, ADeciderThatNobodyKnowsHasAName) {
  auto envelope = sample_envelope();
  EXPECT_EQ(name_of(envelope.decider), "contact");
  envelope.decider = static_cast<Decider>(65);
  const auto bytes = record_of(envelope, "{}", "");
  EXPECT_EQ(name_of(read_header(bytes)->decider), "unknown");
}

TEST(Record, HeaderTellsWhatAFoldLooksAtFirst) {
  const auto bytes = record_of(sample_envelope(), "{}", "");
  const auto header = read_header(bytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->position, sample_envelope().position);
  EXPECT_EQ(header->recorded_at, sample_envelope().recorded_at);
  EXPECT_EQ(header->type, "contact.changed.v1");
  EXPECT_EQ(header->tenant, "acme");
}

TEST(Record, EveryShorterOrLongerRecordIsRefused) {
  const auto bytes = record_of(sample_envelope(), R"({"a":1})", "raw");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = read_record(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().code, "record_damaged");
  }
  EXPECT_FALSE(read_record(bytes + '\0'));
}

TEST(Record, AFormOfTheFutureIsRefused) {
  auto bytes = record_of(sample_envelope(), "{}", "");
  bytes[0] = 2;
  EXPECT_FALSE(read_record(bytes));
  EXPECT_FALSE(read_header(bytes));
}

Envelope any_envelope() {
  const auto text = [](std::size_t most) {
    return *rc::gen::resize(static_cast<int>(most),
                            rc::gen::container<std::string>(rc::gen::arbitrary<char>()));
  };
  Envelope e;
  e.position = Position{*rc::gen::arbitrary<std::uint64_t>()};
  e.recorded_at = Timestamp{std::chrono::microseconds{*rc::gen::arbitrary<std::int64_t>()}};
  e.epoch = Epoch{*rc::gen::arbitrary<std::uint32_t>()};
  e.version = StreamVersion{*rc::gen::arbitrary<std::uint32_t>()};
  e.cause = Position{*rc::gen::arbitrary<std::uint64_t>()};
  e.command_index = *rc::gen::arbitrary<std::uint32_t>();
  e.correlation = Position{*rc::gen::arbitrary<std::uint64_t>()};
  e.rules = *rc::gen::arbitrary<std::uint16_t>();
  e.decider = static_cast<Decider>(*rc::gen::inRange(0, 7));
  e.payload_encoding = static_cast<Encoding>(*rc::gen::inRange(0, 3));
  e.attachment_encoding = static_cast<Encoding>(*rc::gen::inRange(0, 3));
  e.type = text(60);
  e.tenant = TenantId{text(60)};
  e.stream = StreamName{text(200)};
  e.tags.resize(*rc::gen::inRange<std::size_t>(0, 65));
  for (auto& tag : e.tags) {
    tag.kind = static_cast<TagKind>(*rc::gen::inRange(1, 7));
    for (auto& byte : tag.hash)
      byte = *rc::gen::arbitrary<std::uint8_t>();
  }
  for (auto& byte : e.hash)
    byte = *rc::gen::arbitrary<std::uint8_t>();
  return e;
}

RC_GTEST_PROP(Record, AnyRecordIsReadBackAsItWasWritten, ()) {
  const auto envelope = any_envelope();
  const auto payload = *rc::gen::arbitrary<std::string>();
  const auto attachment = *rc::gen::arbitrary<std::string>();
  const auto bytes = record_of(envelope, payload, attachment);
  const auto view = read_record(bytes);
  RC_ASSERT(view.ok());
  RC_ASSERT(same(view->envelope, envelope));
  RC_ASSERT(view->payload == payload);
  RC_ASSERT(view->attachment == attachment);
  const auto header = read_header(bytes);
  RC_ASSERT(header.ok());
  RC_ASSERT(header->type == envelope.type);
  RC_ASSERT(header->tenant == envelope.tenant.value);
}

RC_GTEST_PROP(Record, DamagedRecordsNeverCrash, ()) {
  auto bytes = record_of(any_envelope(), *rc::gen::arbitrary<std::string>(), "attached");
  const auto flips = *rc::gen::inRange(0, 8);
  for (int i = 0; i < flips; ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 << *rc::gen::inRange(0, 8)));
  }
  if (*rc::gen::arbitrary<bool>())
    bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size()));
  const auto view = read_record(bytes);
  if (view) // whatever it says, it lies within the bytes
    RC_ASSERT(view->payload.size() + view->attachment.size() < bytes.size());
  const auto header = read_header(bytes);
  RC_ASSERT((header.ok() || header.error().code == "record_damaged"));
}

RC_GTEST_PROP(Record, AnyBytesAtAllNeverCrash, (const std::string& bytes)) {
  RC_ASSERT((!read_record('\x01' + bytes).ok() || bytes.size() > 90));
  RC_ASSERT((!read_header('\x01' + bytes).ok() || bytes.size() > 50));
}

} // namespace
} // namespace tidemark::events::record_test
