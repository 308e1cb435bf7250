package dev.hone.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * An n-dimensional array of numbers in native memory, and the operations we use on it.
 *
 * <p>Tensors are owned by the {@link Scope} in which they were created. Methods whose name ends in {@code InPlace} change
 * this tensor; every other one returns a new tensor (possibly a view of this one's memory) and, while gradients are
 * recorded ({@link Autograd}), adds itself to the graph. Shapes that do not match raise a {@link RuntimeException}
 * with the engine's message. Not safe for concurrent writes.
 */
public final class Tensor implements AutoCloseable {
    static {
        Engine.ready(); // before the first native object exists
    }

    /** Elements of a block: half a megabyte of float32. */
    private static final long BLOCK = 1L << 17;

    /** Bytes of the widest vector. */
    private static final int VECTOR = 64;

    /** Elements from which on the engine's element-wise operations are shared among threads. */
    private static final int GRAIN = 1 << 15;

    private final org.bytedeco.pytorch.Tensor handle;

    Tensor(org.bytedeco.pytorch.Tensor handle) {
        this.handle = handle;
    }

    org.bytedeco.pytorch.Tensor handle() {
        return handle;
    }

    // ---- creating --------------------------------------------------------------------------------------------------

    /** Uninitialised memory, to be filled. */
    public static Tensor uninitialised(DType type, long... shape) {
        return new Tensor(torch.empty(shape, options(type), new MemoryFormatOptional()));
    }

    /** All zeros. */
    public static Tensor zeros(DType type, long... shape) {
        return new Tensor(torch.zeros(shape, options(type)));
    }

    /** All ones. */
    public static Tensor ones(DType type, long... shape) {
        return new Tensor(torch.ones(shape, options(type)));
    }

    /** The identity matrix [size, size] in float32. */
    public static Tensor identity(long size) {
        return new Tensor(torch.eye(size, options(DType.F32)));
    }

    /** Every element the same. */
    public static Tensor full(DType type, double value, long... shape) {
        return new Tensor(torch.full(shape, new Scalar(value), options(type)));
    }

    /** Float32 values in row-major order; without a shape, a vector. */
    public static Tensor of(float[] values, long... shape) {
        requireCount(values.length, shape);
        try (FloatPointer source = new FloatPointer(values)) {
            return blob(source, DType.F32, shape.length == 0 ? new long[] {values.length} : shape);
        }
    }

    /** 64-bit integers in row-major order, the type of indices; without a shape, a vector. */
    public static Tensor of(long[] values, long... shape) {
        requireCount(values.length, shape);
        try (LongPointer source = new LongPointer(values)) {
            return blob(source, DType.I64, shape.length == 0 ? new long[] {values.length} : shape);
        }
    }

    /** Indices from 32-bit integers, widened to 64 bits. */
    public static Tensor of(int[] values, long... shape) {
        requireCount(values.length, shape);
        try (IntPointer source = new IntPointer(values)) {
            return blob(source, DType.I32, shape.length == 0 ? new long[] {values.length} : shape)
                    .to(DType.I64);
        }
    }

    /** Copies little-endian elements out of a buffer, from its position to its limit. */
    public static Tensor fromBytes(ByteBuffer bytes, DType type, long... shape) {
        long expected = count(shape) * type.bytes();
        if (bytes.remaining() != expected) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " of " + type + " needs " + expected
                    + " bytes, not " + bytes.remaining());
        }
        if (expected == 0) {
            return zeros(type, shape);
        }
        ByteBuffer source = bytes.isDirect()
                ? bytes.slice()
                : ByteBuffer.allocateDirect(bytes.remaining())
                        .put(bytes.duplicate())
                        .flip();
        try (BytePointer pointer = new BytePointer(source)) {
            return blob(pointer, type, shape);
        }
    }

    private static Tensor blob(org.bytedeco.javacpp.Pointer source, DType type, long... shape) {
        try (org.bytedeco.pytorch.Tensor view = torch.from_blob(source, shape, options(type))) {
            return new Tensor(view.clone());
        }
    }

    private static void requireCount(long values, long... shape) {
        if (shape.length > 0 && count(shape) != values) {
            throw new IllegalArgumentException(
                    "shape " + Arrays.toString(shape) + " needs " + count(shape) + " values, not " + values);
        }
    }

    private static long count(long... shape) {
        long count = 1;
        for (long extent : shape) {
            count = Math.multiplyExact(count, extent);
        }
        return count;
    }

    private static TensorOptions options(DType type) {
        return new TensorOptions(type.scalar());
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    public DType dtype() {
        return DType.of(handle.scalar_type());
    }

    public long[] shape() {
        long[] shape = new long[(int) handle.dim()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = handle.size(i);
        }
        return shape;
    }

    /** The extent of one dimension; negative counts from the last. */
    public long size(int dimension) {
        return handle.size(dimension);
    }

    public long count() {
        return handle.numel();
    }

    /** The number of dimensions. */
    int rank() {
        return Math.toIntExact(handle.dim());
    }

    /** The only element. */
    public double scalar() {
        return handle.item_double();
    }

    /** The elements in row-major order, converted to float32. */
    public float[] floats() {
        float[] values = new float[Math.toIntExact(count())];
        if (values.length > 0) {
            try (org.bytedeco.pytorch.Tensor plain =
                            handle.detach().to(torch.ScalarType.Float).contiguous();
                    FloatPointer data = plain.data_ptr_float()) {
                data.get(values);
            }
        }
        return values;
    }

    /** The elements in row-major order, converted to 64-bit integers. */
    public long[] longs() {
        long[] values = new long[Math.toIntExact(count())];
        if (values.length > 0) {
            try (org.bytedeco.pytorch.Tensor plain =
                            handle.detach().to(torch.ScalarType.Long).contiguous();
                    LongPointer data = plain.data_ptr_long()) {
                data.get(values);
            }
        }
        return values;
    }

    /** A read-only view of the elements as little-endian bytes; valid while this tensor is, and contiguous. */
    public ByteBuffer bytes() {
        return memory().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The memory of the elements as little-endian bytes, to be filled; valid while this tensor is, and contiguous. */
    public ByteBuffer memory() {
        if (!handle.is_contiguous()) {
            throw new IllegalStateException("only a contiguous tensor can be read as bytes; call contiguous() first");
        }
        long size = count() * dtype().bytes();
        if (size == 0) {
            return ByteBuffer.allocate(0);
        }
        BytePointer data = new BytePointer(handle.data_ptr());
        data.capacity(Math.toIntExact(size));
        return data.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public String toString() {
        return "Tensor[" + dtype() + " " + Arrays.toString(shape()) + "]";
    }

    // ---- owning ----------------------------------------------------------------------------------------------------

    /** Lets this tensor outlive the scope it was made in; the caller then closes it. */
    public Tensor keep() {
        handle.retainReference();
        return this;
    }

    /** Releases this handle's reference to the memory. */
    @Override
    public void close() {
        handle.close();
    }

    /** The same values outside the graph. */
    public Tensor detach() {
        return new Tensor(handle.detach());
    }

    public Tensor copy() {
        return new Tensor(handle.clone());
    }

    public Tensor contiguous() {
        return new Tensor(handle.contiguous());
    }

    /** The same values in another element type; this tensor itself if it already has it. */
    public Tensor to(DType type) {
        return dtype() == type ? this : new Tensor(handle.to(type.scalar()));
    }

    // ---- gradients -------------------------------------------------------------------------------------------------

    /** Marks this tensor as a leaf that requires a gradient. */
    public Tensor trainable() {
        handle.set_requires_grad(true);
        return this;
    }

    public boolean isTrainable() {
        return handle.requires_grad();
    }

    public boolean hasGradient() {
        return handle.grad().defined();
    }

    /** The accumulated gradient of this leaf, valid as long as the leaf is; check {@link #hasGradient} first. */
    public Tensor gradient() {
        org.bytedeco.pytorch.Tensor gradient = handle.grad();
        if (!gradient.defined()) {
            throw new IllegalStateException("no gradient has reached this tensor");
        }
        return new Tensor(gradient);
    }

    /** Adds to the gradient of this leaf. */
    public void addGradient(Tensor gradient) {
        if (hasGradient()) {
            gradient().addInPlace(gradient);
        } else {
            handle.mutable_grad().put(gradient.handle.detach());
        }
    }

    public void clearGradient() {
        handle.mutable_grad().reset();
    }

    /** Back-propagates from this scalar. */
    public void backward() {
        handle.backward();
    }

    /** Back-propagates a given gradient with respect to this tensor. */
    public void backward(Tensor gradient) {
        handle.backward(gradient.handle, new BoolOptional(), false, new TensorArrayRefOptional());
    }

    // ---- shape -----------------------------------------------------------------------------------------------------

    public Tensor view(long... shape) {
        return new Tensor(handle.view(shape));
    }

    public Tensor reshape(long... shape) {
        return new Tensor(handle.reshape(shape));
    }

    public Tensor transpose(int first, int second) {
        return new Tensor(handle.transpose(first, second));
    }

    public Tensor permute(long... order) {
        return new Tensor(handle.permute(order));
    }

    public Tensor unsqueeze(int dimension) {
        return new Tensor(handle.unsqueeze(dimension));
    }

    public Tensor expand(long... shape) {
        return new Tensor(handle.expand(shape));
    }

    /** A view of {@code length} entries along a dimension. */
    public Tensor narrow(int dimension, long start, long length) {
        return new Tensor(handle.narrow(dimension, start, length));
    }

    /** Views of all elements of a contiguous tensor in row-major order, in blocks small enough for the cache. */
    public List<Tensor> blocks() {
        Tensor all = view(-1);
        List<Tensor> blocks = new ArrayList<>();
        for (long from = 0; from < count(); from += BLOCK) {
            blocks.add(all.narrow(0, from, Math.min(BLOCK, count() - from)));
        }
        return blocks;
    }

    /** Views of the given lengths along a dimension; their gradients are computed as one tensor. */
    public Tensor[] split(int dimension, long... lengths) {
        try (TensorVector parts = handle.split_with_sizes(lengths, dimension)) {
            Tensor[] pieces = new Tensor[lengths.length];
            for (int i = 0; i < pieces.length; i++) {
                pieces[i] = new Tensor(new org.bytedeco.pytorch.Tensor(parts.get(i)));
            }
            return pieces;
        }
    }

    public static Tensor concatenate(int dimension, List<Tensor> parts) {
        org.bytedeco.pytorch.Tensor[] handles = new org.bytedeco.pytorch.Tensor[parts.size()];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = parts.get(i).handle;
        }
        try (TensorVector vector = new TensorVector(handles)) {
            return new Tensor(torch.cat(vector, dimension));
        }
    }

    public static Tensor concatenate(int dimension, Tensor... parts) {
        return concatenate(dimension, List.of(parts));
    }

    /** The entries at the given indices along a dimension. */
    public Tensor select(int dimension, Tensor indices) {
        return new Tensor(handle.index_select(dimension, indices.handle));
    }

    /** For each position, the entry whose index along the dimension is given. */
    public Tensor gather(int dimension, Tensor indices) {
        return new Tensor(handle.gather(dimension, indices.handle));
    }

    /** Rows of this table, looked up by id; the gradient is added row by row. */
    public Tensor lookUp(Tensor ids) {
        return new Tensor(torch.embedding(handle, ids.handle));
    }

    // ---- arithmetic ------------------------------------------------------------------------------------------------

    public Tensor plus(Tensor other) {
        return new Tensor(handle.add(other.handle));
    }

    public Tensor plus(double value) {
        return new Tensor(handle.add(new Scalar(value)));
    }

    public Tensor minus(Tensor other) {
        return new Tensor(handle.sub(other.handle));
    }

    public Tensor times(Tensor other) {
        return new Tensor(handle.mul(other.handle));
    }

    public Tensor times(double value) {
        return new Tensor(handle.mul(new Scalar(value)));
    }

    public Tensor dividedBy(Tensor other) {
        return new Tensor(handle.div(other.handle));
    }

    public Tensor negate() {
        return new Tensor(handle.neg());
    }

    public Tensor exp() {
        return new Tensor(handle.exp());
    }

    public Tensor log() {
        return new Tensor(handle.log());
    }

    public Tensor sqrt() {
        return new Tensor(handle.sqrt());
    }

    public Tensor rsqrt() {
        return new Tensor(handle.rsqrt());
    }

    public Tensor sin() {
        return new Tensor(handle.sin());
    }

    public Tensor cos() {
        return new Tensor(handle.cos());
    }

    public Tensor square() {
        return new Tensor(handle.mul(handle));
    }

    public Tensor abs() {
        return new Tensor(handle.abs());
    }

    /** z · σ(z); outside of a graph an element's bits do not depend on where it stands. */
    public Tensor silu() {
        if (isTrainable() || isWholeVectors()) {
            return new Tensor(torch.silu(handle));
        }
        Tensor wide = to(DType.F32);
        return wide.dividedBy(wide.negate().exp().plus(1)).to(dtype());
    }

    /**
     * Whether the engine's element-wise loops have no remainder here: what fills no two vectors they compute one by one, for some
     * functions with other last bits ({@code TensorTest}).
     */
    private boolean isWholeVectors() {
        long vectors = 2L * VECTOR / dtype().bytes();
        long parts = Math.min(Engine.threads(), (count() + GRAIN - 1) / GRAIN);
        return count() % (vectors * Math.max(1, parts)) == 0 && handle.is_contiguous();
    }

    /** The gradient of {@link #silu} with respect to this, given that with respect to its result. */
    public Tensor siluGradient(Tensor gradient) {
        return new Tensor(torch.silu_backward(gradient.handle, handle));
    }

    /** tanh(z). */
    public Tensor tanh() {
        return new Tensor(handle.tanh());
    }

    /** {@code z/2 · (1 + tanh(√(2/π) · (z + 0.044715 z³)))}; outside of a graph an element's bits do not depend on where it stands. */
    public Tensor geluTanh() {
        if (isTrainable() || isWholeVectors()) {
            return new Tensor(torch.gelu(handle, "tanh"));
        }
        long vectors = (long) GRAIN * Math.max(1, Engine.threads());
        long missing = (vectors - count() % vectors) % vectors;
        Tensor filled = concatenate(0, reshape(-1), zeros(dtype(), missing));
        return new Tensor(torch.gelu(filled.handle, "tanh"))
                .narrow(0, 0, count())
                .view(shape());
    }

    /** The gradient of {@link #geluTanh} with respect to this, given that with respect to its result. */
    public Tensor geluTanhGradient(Tensor gradient) {
        return new Tensor(torch.gelu_backward(gradient.handle, handle, "tanh"));
    }

    /** log σ(z), stable for large |z|. */
    public Tensor logSigmoid() {
        return new Tensor(torch.log_sigmoid(handle));
    }

    /** 1 / (1 + e^(−z)). */
    public Tensor sigmoid() {
        return new Tensor(handle.sigmoid());
    }

    /** max(0, z). */
    public Tensor relu() {
        return new Tensor(handle.relu());
    }

    /** min(z, largest); entries above it have no gradient. */
    public Tensor atMost(double largest) {
        return new Tensor(handle.clamp_max(new Scalar(largest)));
    }

    /** e^z − 1, exact near zero. */
    public Tensor expMinusOne() {
        return new Tensor(handle.expm1());
    }

    /** log(e^a + e^b), exact for all magnitudes. */
    public Tensor logAddExp(Tensor other) {
        return new Tensor(handle.logaddexp(other.handle));
    }

    public Tensor sum() {
        return new Tensor(handle.sum());
    }

    public Tensor sum(int dimension) {
        return new Tensor(handle.sum(new long[] {dimension}, false, new ScalarTypeOptional()));
    }

    public Tensor mean() {
        return new Tensor(handle.mean());
    }

    /** The mean along a dimension, which is kept with extent 1. */
    public Tensor meanKeeping(int dimension) {
        return new Tensor(handle.mean(new long[] {dimension}, true, new ScalarTypeOptional()));
    }

    public Tensor max() {
        return new Tensor(handle.max());
    }

    /** The index of the largest entry along a dimension. */
    public Tensor argmax(int dimension) {
        return new Tensor(handle.argmax(new LongOptional(dimension), false));
    }

    public Tensor softmax(int dimension) {
        return new Tensor(torch.softmax(handle, dimension));
    }

    /** Softmax computed in float32, whose exponentials are also several times faster than 16-bit ones; of this type. */
    public Tensor softmaxInFloat32(int dimension) {
        return to(DType.F32).softmax(dimension).to(dtype());
    }

    public Tensor logSoftmax(int dimension) {
        return new Tensor(torch.log_softmax(handle, dimension));
    }

    public Tensor logSumExp(int dimension) {
        return new Tensor(torch.logsumexp(handle, new long[] {dimension}, false));
    }

    /** Whether every element is finite. */
    public boolean isFinite() {
        return handle.isfinite().all().item_bool();
    }

    // ---- products --------------------------------------------------------------------------------------------------

    public Tensor matmul(Tensor other) {
        return new Tensor(wholeColumn().handle.matmul(other.wholeColumn().handle));
    }

    /**
     * This, or a copy where it is one column of a wider 16-bit matrix: the engine's products neither read nor write such a view
     * correctly ({@code ProductsTest}).
     */
    private Tensor wholeColumn() {
        return isColumnOfWider() ? contiguous() : this;
    }

    private boolean isColumnOfWider() {
        return handle.dim() == 2 && handle.size(1) == 1 && !handle.is_contiguous();
    }

    /** A batch of products: [n, a, b] × [n, b, c] → [n, a, c]. */
    public Tensor batchMatmul(Tensor other) {
        return new Tensor(handle.bmm(other.handle));
    }

    /** {@code this + factor · (left × right)} for batches of matrices; this is broadcast. */
    public Tensor plusBatchProduct(Tensor left, Tensor right, double factor) {
        return new Tensor(torch.baddbmm(handle, left.handle, right.handle, new Scalar(1.0), new Scalar(factor)));
    }

    /** {@code factor · (left × right)} for batches of matrices, as one operation. */
    public static Tensor batchProduct(Tensor left, Tensor right, double factor) {
        try (org.bytedeco.pytorch.Tensor ignored = torch.zeros(new long[] {1, 1, 1}, options(left.dtype()))) {
            return new Tensor(torch.baddbmm(ignored, left.handle, right.handle, new Scalar(0.0), new Scalar(factor)));
        }
    }

    /** x · Wᵀ for a weight [out, in]; the bits of a row do not depend on the others. */
    public Tensor linear(Tensor weight) {
        return RowProducts.areSmall(this, weight) ? RowProducts.linear(this, weight) : plainLinear(weight);
    }

    Tensor plainLinear(Tensor weight) {
        return new Tensor(torch.linear(wholeColumn().handle, weight.wholeColumn().handle));
    }

    // ---- in place --------------------------------------------------------------------------------------------------

    public Tensor addInPlace(Tensor other) {
        handle.add_(other.handle);
        return this;
    }

    /** {@code this += factor · other}. */
    public Tensor addInPlace(Tensor other, double factor) {
        handle.add_(other.handle, new Scalar(factor));
        return this;
    }

    public Tensor timesInPlace(double factor) {
        handle.mul_(new Scalar(factor));
        return this;
    }

    public Tensor timesInPlace(Tensor other) {
        handle.mul_(other.handle);
        return this;
    }

    public Tensor minusInPlace(Tensor other) {
        handle.sub_(other.handle);
        return this;
    }

    public Tensor atLeastInPlace(double smallest) {
        handle.clamp_min_(new Scalar(smallest));
        return this;
    }

    public Tensor expInPlace() {
        handle.exp_();
        return this;
    }

    public Tensor tanhInPlace() {
        handle.tanh_();
        return this;
    }

    public Tensor sqrtInPlace() {
        handle.sqrt_();
        return this;
    }

    public Tensor plusInPlace(double value) {
        handle.add_(new Scalar(value));
        return this;
    }

    /** {@code this += factor · left · right}, element by element. */
    public Tensor addProductInPlace(Tensor left, Tensor right, double factor) {
        handle.addcmul_(left.handle, right.handle, new Scalar(factor));
        return this;
    }

    /** {@code this += factor · numerator / denominator}, element by element. */
    public Tensor addQuotientInPlace(Tensor numerator, Tensor denominator, double factor) {
        handle.addcdiv_(numerator.handle, denominator.handle, new Scalar(factor));
        return this;
    }

    /** {@code this += factor · left × right} for matrices. */
    public Tensor addMatmulInPlace(Tensor left, Tensor right, double factor) {
        if (isColumnOfWider()) {
            return addInPlace(left.matmul(right), factor);
        }
        handle.addmm_(left.wholeColumn().handle, right.wholeColumn().handle, new Scalar(1.0), new Scalar(factor));
        return this;
    }

    /** {@code this += factor · x · Wᵀ} for a weight [out, in]; the bits of a row do not depend on the others. */
    public Tensor addLinearInPlace(Tensor x, Tensor weight, double factor) {
        return RowProducts.areSmall(x, weight)
                ? copyInPlace(RowProducts.plusLinear(this, x, weight, factor))
                : addMatmulInPlace(x, weight.transpose(0, 1), factor);
    }

    /** Adds rows of {@code source} to the rows of this tensor at the indices. */
    public Tensor addRowsInPlace(Tensor indices, Tensor source) {
        handle.index_add_(0, indices.handle, source.handle);
        return this;
    }

    /** Overwrites the rows of this table at the indices with those of {@code source}. */
    public Tensor putRowsInPlace(Tensor indices, Tensor source) {
        handle.index_copy_(0, indices.handle, source.handle);
        return this;
    }

    /** For a matrix [n, v]: adds {@code values[i]} to the entry at {@code columns[i]} of row i. */
    public Tensor addAtInPlace(Tensor columns, Tensor values) {
        handle.scatter_add_(1, columns.handle, values.handle);
        return this;
    }

    /** Sets elements of a vector to a value. */
    public Tensor fillAtInPlace(Tensor indices, double value) {
        handle.index_fill_(0, indices.handle, new Scalar(value));
        return this;
    }

    /** Overwrites this matrix with x · Wᵀ, of its type; the bits of a row do not depend on the others. */
    public Tensor overwriteWithLinear(Tensor x, Tensor weight) {
        return RowProducts.areSmall(x, weight)
                ? copyInPlace(RowProducts.linear(x, weight))
                : overwriteWithProduct(x, weight.transpose(0, 1));
    }

    /** Overwrites this matrix with {@code left × right}, of its type. */
    public Tensor overwriteWithProduct(Tensor left, Tensor right) {
        if (isColumnOfWider()) {
            return copyInPlace(left.matmul(right));
        }
        torch.mm_out(handle, left.wholeColumn().handle, right.wholeColumn().handle);
        return this;
    }

    /** Overwrites this tensor's values, converting the element type. */
    public Tensor copyInPlace(Tensor source) {
        handle.copy_(source.handle);
        return this;
    }

    public Tensor fillInPlace(double value) {
        handle.fill_(new Scalar(value));
        return this;
    }
}
