package io.vramhub.protocol.payload;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The pickle of a dict of plain tensors, as {@code torch.save} writes it.
 *
 * <p>The reader is a stack machine for the eighteen opcodes such a pickle needs. It knows three
 * callables by name, {@code torch._utils._rebuild_tensor_v2}, {@code collections.OrderedDict} and
 * the storage classes, and calls none: reducing one only notes which tensor it stands for. Every
 * other opcode or name is refused. Its work is bounded by the pickle's length, which is.
 */
final class TorchPickle {
  private static final int MAXIMUM_BYTES = 4096;
  private static final String REBUILD = "torch._utils _rebuild_tensor_v2";
  private static final String ORDERED = "collections OrderedDict";

  private static final int PROTO = 0x80;
  private static final int EMPTY_DICT = '}';
  private static final int MARK = '(';
  private static final int BINUNICODE = 'X';
  private static final int GLOBAL = 'c';
  private static final int BINPUT = 'q';
  private static final int BINGET = 'h';
  private static final int BININT1 = 'K';
  private static final int BININT2 = 'M';
  private static final int BININT = 'J';
  private static final int TUPLE = 't';
  private static final int TUPLE1 = 0x85;
  private static final int EMPTY_TUPLE = ')';
  private static final int BINPERSID = 'Q';
  private static final int NEWFALSE = 0x89;
  private static final int REDUCE = 'R';
  private static final int SETITEMS = 'u';
  private static final int STOP = '.';

  private TorchPickle() {}

  /**
   * A tensor the pickle names.
   *
   * @param storage name of its data in the archive
   */
  record Reference(String name, TorchTensor.Type type, String storage, int elements) {}

  /** Byte for byte what CPython's pickler would write, memo slots included. */
  static byte[] write(SequencedMap<String, TorchTensor> tensors) {
    return new Writer().write(tensors);
  }

  static List<Reference> read(ByteBuffer pickle) throws PayloadException {
    if (pickle.remaining() > MAXIMUM_BYTES) {
      throw PayloadException.malformed("the pickle has " + pickle.remaining() + " bytes");
    }
    try {
      return new Reader(pickle.duplicate().order(ByteOrder.LITTLE_ENDIAN)).read();
    } catch (BufferUnderflowException e) {
      throw PayloadException.malformed("the pickle ends early");
    }
  }

  private static final class Writer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final SortedMap<String, Integer> memo = new TreeMap<>();
    private int slots;

    byte[] write(SequencedMap<String, TorchTensor> tensors) {
      op(PROTO, 2);
      op(EMPTY_DICT);
      put();
      op(MARK);
      int storage = 0;
      for (var entry : tensors.entrySet()) {
        text(entry.getKey());
        tensor(entry.getValue(), Integer.toString(storage++));
      }
      op(SETITEMS);
      op(STOP);
      return out.toByteArray();
    }

    private void tensor(TorchTensor tensor, String storage) {
      global(REBUILD);
      op(MARK);
      op(MARK);
      text("storage");
      global("torch " + tensor.type().storage());
      text(storage);
      text("cpu");
      number(tensor.elements());
      op(TUPLE);
      put();
      op(BINPERSID);
      number(0);
      number(tensor.elements());
      op(TUPLE1);
      put();
      number(1);
      op(TUPLE1);
      put();
      op(NEWFALSE);
      global(ORDERED);
      op(EMPTY_TUPLE);
      op(REDUCE);
      put();
      op(TUPLE);
      put();
      op(REDUCE);
      put();
    }

    private void text(String text) {
      if (!recalled(text)) {
        op(BINUNICODE);
        little(text.length(), Integer.BYTES);
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        remember(text);
      }
    }

    private void global(String name) {
      if (!recalled(name)) {
        op(GLOBAL);
        out.writeBytes((name.replace(' ', '\n') + '\n').getBytes(StandardCharsets.US_ASCII));
        remember(name);
      }
    }

    private boolean recalled(String value) {
      Integer slot = memo.get(value);
      if (slot == null) {
        return false;
      }
      op(BINGET, slot);
      return true;
    }

    private void remember(String value) {
      memo.put(value, slots);
      put();
    }

    private void put() {
      op(BINPUT, slots++);
    }

    private void number(int value) {
      if (value < 1 << 8) {
        op(BININT1, value);
      } else if (value < 1 << 16) {
        op(BININT2);
        little(value, Short.BYTES);
      } else {
        op(BININT);
        little(value, Integer.BYTES);
      }
    }

    private void op(int code) {
      out.write(code);
    }

    private void op(int code, int argument) {
      out.write(code);
      out.write(argument);
    }

    private void little(int value, int bytes) {
      for (int i = 0; i < bytes; i++) {
        out.write(value >>> (8 * i));
      }
    }
  }

  /** What can lie on the stack. */
  private sealed interface Item {
    record Mark() implements Item {}

    record Text(String value) implements Item {}

    record Number(int value) implements Item {}

    record No() implements Item {}

    record Global(String name) implements Item {}

    record Tuple(List<Item> items) implements Item {}

    record Storage(TorchTensor.Type type, String name, int elements) implements Item {}

    record Hooks() implements Item {}

    record Tensor(Storage storage) implements Item {}

    record Dict(List<Reference> references) implements Item {}
  }

  private static final class Reader {
    private final ByteBuffer in;
    private final Deque<Item> stack = new ArrayDeque<>();
    private final SortedMap<Integer, Item> memo = new TreeMap<>();

    Reader(ByteBuffer in) {
      this.in = in;
    }

    List<Reference> read() throws PayloadException {
      if (unsigned() != PROTO || unsigned() != 2) {
        throw PayloadException.malformed("the pickle is not of protocol 2");
      }
      while (true) {
        int code = unsigned();
        switch (code) {
          case EMPTY_DICT -> stack.push(new Item.Dict(new ArrayList<>()));
          case MARK -> stack.push(new Item.Mark());
          case BINUNICODE -> stack.push(new Item.Text(ascii(in.getInt())));
          case GLOBAL -> stack.push(global(line() + " " + line()));
          case BINPUT -> memo.put(unsigned(), peek());
          case BINGET -> stack.push(recall(unsigned()));
          case BININT1 -> stack.push(new Item.Number(unsigned()));
          case BININT2 -> stack.push(new Item.Number(Short.toUnsignedInt(in.getShort())));
          case BININT -> stack.push(new Item.Number(in.getInt()));
          case TUPLE -> stack.push(new Item.Tuple(sinceMark()));
          case TUPLE1 -> stack.push(new Item.Tuple(List.of(pop())));
          case EMPTY_TUPLE -> stack.push(new Item.Tuple(List.of()));
          case BINPERSID -> stack.push(storage(pop()));
          case NEWFALSE -> stack.push(new Item.No());
          case REDUCE -> reduce();
          case SETITEMS -> setItems();
          case STOP -> {
            return result();
          }
          default ->
              throw PayloadException.malformed(
                  "the pickle has opcode " + code + ", which no dict of plain tensors needs");
        }
      }
    }

    private List<Reference> result() throws PayloadException {
      if (pop() instanceof Item.Dict(List<Reference> references)
          && stack.isEmpty()
          && !in.hasRemaining()) {
        return references;
      }
      throw PayloadException.malformed("the pickle is not one dict");
    }

    private static Item global(String name) throws PayloadException {
      if (name.equals(REBUILD) || name.equals(ORDERED) || type(name).isPresent()) {
        return new Item.Global(name);
      }
      throw PayloadException.malformed("the pickle names '" + printable(name) + "': refused");
    }

    private static Optional<TorchTensor.Type> type(String global) {
      for (TorchTensor.Type type : TorchTensor.Type.values()) {
        if (global.equals("torch " + type.storage())) {
          return Optional.of(type);
        }
      }
      return Optional.empty();
    }

    private static Item storage(Item id) throws PayloadException {
      if (id instanceof Item.Tuple(List<Item> items)
          && items.size() == 5
          && items.get(0).equals(new Item.Text("storage"))
          && items.get(1) instanceof Item.Global(String global)
          && items.get(2) instanceof Item.Text(String name)
          && items.get(3).equals(new Item.Text("cpu"))
          && items.get(4) instanceof Item.Number(int elements)) {
        Optional<TorchTensor.Type> type = type(global);
        if (type.isPresent()) {
          return new Item.Storage(type.get(), name, elements);
        }
      }
      throw PayloadException.malformed("the pickle refers to something else than a CPU storage");
    }

    private void reduce() throws PayloadException {
      Item arguments = pop();
      Item callable = pop();
      if (callable.equals(new Item.Global(ORDERED))
          && arguments.equals(new Item.Tuple(List.of()))) {
        stack.push(new Item.Hooks());
      } else if (callable.equals(new Item.Global(REBUILD))
          && arguments instanceof Item.Tuple(List<Item> items)) {
        stack.push(tensor(items));
      } else {
        throw PayloadException.malformed("the pickle calls something else than a tensor");
      }
    }

    /** A whole storage as one dimension, without gradient and hooks. */
    private static Item tensor(List<Item> items) throws PayloadException {
      if (items.size() == 6
          && items.get(0) instanceof Item.Storage storage
          && items.get(1).equals(new Item.Number(0))
          && items.get(2).equals(new Item.Tuple(List.of(new Item.Number(storage.elements()))))
          && items.get(3).equals(new Item.Tuple(List.of(new Item.Number(1))))
          && items.get(4) instanceof Item.No
          && items.get(5) instanceof Item.Hooks) {
        return new Item.Tensor(storage);
      }
      throw PayloadException.malformed("a tensor is not the whole of one flat storage");
    }

    private void setItems() throws PayloadException {
      List<Item> items = sinceMark();
      if (!(peek() instanceof Item.Dict(List<Reference> references)) || items.size() % 2 != 0) {
        throw PayloadException.malformed("the pickle fills something else than a dict");
      }
      for (int i = 0; i < items.size(); i += 2) {
        if (!(items.get(i) instanceof Item.Text(String name)
            && items.get(i + 1) instanceof Item.Tensor(Item.Storage storage))) {
          throw PayloadException.malformed("the dict holds something else than named tensors");
        }
        references.add(new Reference(name, storage.type(), storage.name(), storage.elements()));
      }
    }

    private List<Item> sinceMark() throws PayloadException {
      Deque<Item> items = new ArrayDeque<>();
      for (Item item = pop(); !(item instanceof Item.Mark); item = pop()) {
        items.addFirst(item);
      }
      return List.copyOf(items);
    }

    private Item peek() throws PayloadException {
      Item top = stack.peek();
      if (top == null) {
        throw PayloadException.malformed("the pickle takes from an empty stack");
      }
      return top;
    }

    private Item pop() throws PayloadException {
      Item top = peek();
      stack.pop();
      return top;
    }

    private Item recall(int slot) throws PayloadException {
      Item item = memo.get(slot);
      if (item == null) {
        throw PayloadException.malformed("the pickle recalls memo " + slot + ", never stored");
      }
      return item;
    }

    private String line() throws PayloadException {
      for (int end = in.position(); end < in.limit(); end++) {
        if (in.get(end) == '\n') {
          String line = ascii(end - in.position());
          in.get();
          return line;
        }
      }
      throw PayloadException.malformed("the pickle ends early");
    }

    private String ascii(int length) throws PayloadException {
      if (length < 0 || length > in.remaining()) {
        throw PayloadException.malformed("a text leaves the pickle");
      }
      byte[] bytes = new byte[length];
      in.get(bytes);
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private int unsigned() {
      return Byte.toUnsignedInt(in.get());
    }

    /** Foreign text for a message: short, and free of control characters. */
    private static String printable(String text) {
      return text.substring(0, Math.min(text.length(), 64)).replaceAll("[^ -~]", "?");
    }
  }
}
