#include "domain/consent/auto_replies.hpp"
#include "events/format/tags.hpp"
#include "projections/conversations/message_view.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/projections/sample_log.hpp"

/// The messages with a person, newest first (requirement M16).
namespace tidemark::projections::messages_test {
namespace {

using events::MessageStatus;
using sample::acme;
using sample::ana;

const ConnectorName verity{"verity"};

class Messages : public testing::Test {
protected:
  void told(const std::string& id, bool inbound, MessageStatus status, const std::string& text,
            const std::string& echo_of = "") {
    events::MessageObserved out;
    out.message.source = echo_of.empty() ? verity : sample::ghl;
    out.message.message_id = id;
    out.message.inbound = inbound;
    out.message.status = status;
    out.message.text = PiiText(text);
    out.message.their_address = PiiText(sample::canary_phone);
    out.message.conversation = echo_of.empty() ? "chat-1" : "CNV9";
    out.echo_of = DeliveryId(echo_of);
    put(events::contact_stream(ana), out);
  }
  void listed(const std::string& id, const std::string& stated_at, const std::string& text) {
    events::MessageObserved out;
    out.message.source = verity;
    out.message.message_id = id;
    out.message.inbound = true;
    out.message.text = PiiText(text);
    out.message.stated_at = stated_at;
    out.reason_code = Reason::said_before_import;
    put(events::contact_stream(ana), out);
  }
  /// It is to be shown in GoHighLevel; `thread` of what came of it, "" while nothing did.
  void shown(const std::string& id, const std::string& delivery, const std::string& thread) {
    events::ActionIntended intended;
    intended.delivery = DeliveryId(delivery);
    intended.contact = ana;
    intended.target = sample::ghl;
    intended.action = events::Action::log_message;
    intended.message.emplace();
    intended.message->source = verity;
    intended.message->message_id = id;
    put(events::contact_stream(ana), intended);
    if (thread.empty())
      return;
    events::ActionAccepted done;
    done.facts.delivery = intended.delivery;
    done.contact = ana;
    done.target = sample::ghl;
    done.action = intended.action;
    done.result_id = "MSG1";
    done.conversation = thread;
    put(events::delivery_stream(sample::ghl, ana), done);
  }
  /// GoHighLevel is to send it.
  void to_send(const std::string& delivery, const ConnectorName& source, const std::string& id,
               const std::string& text) {
    events::ActionIntended intended;
    intended.delivery = DeliveryId(delivery);
    intended.contact = ana;
    intended.target = sample::ghl;
    intended.action = events::Action::send_message;
    intended.message.emplace();
    intended.message->source = source;
    intended.message->message_id = id;
    intended.message->text = PiiText(text);
    intended.message->their_address = PiiText(sample::canary_phone);
    put(events::contact_stream(ana), intended);
  }
  void suppress(const std::string& delivery, Reason why) {
    events::DeliverySuppressed out;
    out.delivery = DeliveryId(delivery);
    out.reason_code = why;
    put(events::delivery_stream(sample::ghl, ana), out);
  }
  std::vector<MessageView> found(const MessageFilter& filter = {}, Position before = {},
                                 std::size_t limit = 10) {
    sample::apply_live(log, tables, hasher, log.durable());
    const Scan scan = [this](std::string_view table, std::string_view prefix,
                             std::string_view after, const RowVisitor& row) {
      return tables.scan(table, prefix, after, row);
    };
    return messages_of(scan, acme, {ana}, filter, before, limit).value();
  }
  std::string texts(const MessageFilter& filter = {}, Position before = {},
                    std::size_t limit = 10) {
    std::string out;
    for (const auto& one : found(filter, before, limit))
      out += one.text + " ";
    return out;
  }

  sample::StepClock clock;
  KeyedHasher hasher{SecretText(std::string(32, 'p'))};
  storage::MemoryLog log{clock};
  storage::MemoryTables tables;

private:
  void put(StreamName stream, events::Event event) {
    sample::Writer(log, hasher).input(std::move(stream), std::move(event));
  }
};

TEST_F(Messages, StandNewestFirstWithTheirNewestStatus) {
  told("m1", false, MessageStatus::queued, "one");
  told("m2", true, MessageStatus::unknown, "two");
  told("m1", false, MessageStatus::delivered, "");
  EXPECT_EQ(texts(), "two one ");
  const auto one = found().back();
  EXPECT_EQ(one.status, "delivered");
  EXPECT_EQ(one.thread, "chat-1");
  EXPECT_EQ(one.address, sample::canary_phone);
  EXPECT_LT(one.position, one.newest);
}

TEST_F(Messages, NameTheThreadThatTheyStandInElsewhere) {
  told("m1", true, MessageStatus::unknown, "one");
  shown("m1", "d00000000000000000001", "CNV9");
  told("x1", true, MessageStatus::unknown, "one", "d00000000000000000001");
  told("m2", true, MessageStatus::unknown, "two");
  shown("m2", "d00000000000000000002", "");
  const auto messages = found();
  ASSERT_EQ(messages.size(), 2U) << "what the system shows of ours is no message of its own";
  ASSERT_EQ(messages[1].shown.size(), 1U);
  EXPECT_EQ(messages[1].shown[0].thread, "CNV9");
  EXPECT_EQ(messages[1].shown[0].id, "MSG1");
  EXPECT_TRUE(messages[1].shown[0].done);
  ASSERT_EQ(messages[0].shown.size(), 1U);
  EXPECT_FALSE(messages[0].shown[0].done);
  MessageFilter thread;
  thread.thread = "CNV9";
  EXPECT_EQ(texts(thread), "one ") << "by a thread of any system";
}

TEST_F(Messages, ThatTheServiceSaidItselfAreListed) {
  told("m1", true, MessageStatus::unknown, "HELP");
  to_send("d00000000000000000003", domain::own_words, "", "Call us.");
  EXPECT_EQ(texts(), "Call us. HELP ");
  const auto waiting = found().front();
  EXPECT_EQ(waiting.said_by, "service");
  EXPECT_EQ(found().back().said_by, "person");
  EXPECT_FALSE(waiting.inbound);
  EXPECT_EQ(waiting.status, "queued");
  EXPECT_EQ(waiting.address, sample::canary_phone);
  ASSERT_EQ(waiting.shown.size(), 1U);
  EXPECT_EQ(waiting.shown[0].state, "intended");
  told("x9", false, MessageStatus::delivered, "Call us.", "d00000000000000000003");
  ASSERT_EQ(found().size(), 2U) << "what its sender tells of it is no other message";
  EXPECT_EQ(found().front().status, "delivered");
}

TEST_F(Messages, ThatDidNotLeaveSaySoAndWhy) {
  told("m1", false, MessageStatus::unknown, "On our way.");
  to_send("d00000000000000000004", verity, "m1", "On our way.");
  suppress("d00000000000000000004", Reason::quiet_hours);
  const auto one = found().front();
  EXPECT_EQ(one.status, "suppressed");
  EXPECT_EQ(one.said_by, "agent");
  ASSERT_EQ(one.shown.size(), 1U);
  EXPECT_EQ(one.shown[0].state, "suppressed");
  EXPECT_EQ(one.shown[0].reason_code, Reason::quiet_hours);
  MessageFilter filter;
  filter.status = "suppressed";
  EXPECT_EQ(texts(filter), "On our way. ");
}

TEST_F(Messages, AreFilteredAndPaged) {
  told("m1", false, MessageStatus::sent, "one");
  told("m2", true, MessageStatus::unknown, "two");
  told("m3", false, MessageStatus::failed, "three");
  EXPECT_EQ(texts({}, {}, 2), "three two ");
  EXPECT_EQ(texts({}, found({}, {}, 2).back().position, 2), "one ");
  MessageFilter filter;
  filter.inbound = false;
  EXPECT_EQ(texts(filter), "three one ");
  filter.status = "failed";
  EXPECT_EQ(texts(filter), "three ");
  filter = {};
  filter.source = "aloware";
  EXPECT_EQ(texts(filter), "");
  filter = {};
  filter.address = "+12025550199";
  EXPECT_EQ(texts(filter), "") << "of another number of the person";
}

TEST_F(Messages, OfAListStandWhereTheyWereSaid) {
  told("m1", true, MessageStatus::delivered, "now");
  listed("old2", "2020-02-01T00:00:00Z", "second");
  listed("old1", "2020-01-01T00:00:00Z", "first");
  listed("old3", "2020-03-01T00:00:00Z", "third");
  EXPECT_EQ(texts(), "now third second first ");
  const auto page = found({}, {}, 2);
  EXPECT_TRUE(page.back().listed);
  EXPECT_FALSE(page.front().listed);
  EXPECT_EQ(texts({}, page.back().position), "second first ");
  MessageFilter inbound;
  inbound.inbound = false;
  EXPECT_EQ(texts(inbound, page.back().position), "")
      << "a page goes on behind what a filter hides";
}

TEST_F(Messages, OfAListSayLessThanTheirSystemDoes) {
  told("m1", false, MessageStatus::failed, "one");
  listed("m1", "2020-01-01T00:00:00Z", "one");
  ASSERT_EQ(found().size(), 1U);
  EXPECT_EQ(found().front().status, "failed");
  EXPECT_FALSE(found().front().listed);
}

} // namespace
} // namespace tidemark::projections::messages_test
